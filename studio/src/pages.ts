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
];
