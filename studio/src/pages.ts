import type { ComponentType } from "react";

export interface PageEntry {
  /** Below /studio. */
  path: string;
  title: string;
  /** `g`, then this letter, goes there. */
  letter: string;
  load: () => Promise<{ default: ComponentType }>;
}

/** Every page of the Studio, in the order of the navigation: one line a page. */
export const pages: readonly PageEntry[] = [
  { path: "/", title: "Overview", letter: "o", load: () => import("./pages/overview/page") },
  { path: "/events", title: "Events", letter: "e", load: () => import("./pages/events/page") },
  { path: "/items", title: "Items", letter: "i", load: () => import("./pages/items/page") },
  { path: "/proof", title: "Proof", letter: "p", load: () => import("./pages/proof/page") },
  { path: "/first-steps", title: "First steps", letter: "f", load: () => import("./pages/first-steps/page") },
];
