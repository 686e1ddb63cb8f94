import { Link } from "@tanstack/react-router";
import { pages } from "../pages";

export function Navigation() {
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-wrap gap-1 md:grid">
        {pages.map(({ path, title }) => (
          <li key={path}>
            <Link
              to={path}
              search={{} as never}
              activeOptions={{ exact: true, includeSearch: false }}
              className="block rounded-lg px-3 py-1.5 hover:bg-tint"
              activeProps={{ className: "bg-tint font-semibold text-accent" }}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
