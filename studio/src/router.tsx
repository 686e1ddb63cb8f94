import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { asProblem } from "./api/problem";
import { Empty, Failed, Loading } from "./components/states";
import { pages } from "./pages";
import { Layout } from "./shell/layout";

const root = createRootRoute({
  component: Layout,
  validateSearch: (search: Record<string, unknown>) => search,
  notFoundComponent: () => <Empty title="There is no such page">Choose one from the navigation.</Empty>,
  errorComponent: ({ error }) => <Failed problem={asProblem(error)} />,
});

const children = pages.map(({ path, title, load }) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load),
    pendingComponent: () => <Loading what={title} />,
    errorComponent: ({ error }) => <Failed problem={asProblem(error)} />,
  }),
);

export const router = createRouter({
  routeTree: root.addChildren(children),
  basepath: "/studio",
  defaultPreload: "intent",
});
