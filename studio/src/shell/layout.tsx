import { Outlet, useLocation } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { pages } from "../pages";
import { CommandList, useCommands } from "./commands";
import { useSession } from "./door";
import { Navigation } from "./navigation";
import { LiveState, OpenNotice } from "./notices";
import { useShortcuts } from "./shortcuts";
import { applyTheme, currentTheme, nextTheme } from "./theme";

export function Layout() {
  const { caller, signOut } = useSession();
  const [theme, setTheme] = useState(currentTheme);
  const [listOpen, setListOpen] = useState(false);
  const toggleTheme = useCallback(() => setTheme((before) => applyTheme(nextTheme(before))), []);
  const commands = useCommands(toggleTheme, caller.kind === "open" ? null : signOut);
  const showList = useCallback(() => setListOpen(true), []);
  useShortcuts(commands, showList);
  const main = useFocusOnChange();

  return (
    <div className="mx-auto max-w-7xl md:grid md:grid-cols-[12rem_1fr]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded focus:bg-card focus:p-2"
      >
        Skip to the page
      </a>
      <div className="border-b border-line p-4 md:sticky md:top-0 md:flex md:h-screen md:flex-col md:border-r md:border-b-0">
        <p className="mb-2 text-lg font-bold text-accent">Heed Studio</p>
        <Navigation />
        <div className="mt-3 flex flex-wrap gap-x-4 text-sm text-quiet md:mt-auto md:grid md:gap-1">
          <button type="button" onClick={showList} className="py-1 text-left underline">
            Commands <kbd>?</kbd>
          </button>
          <button type="button" onClick={toggleTheme} className="py-1 text-left underline">
            Theme: {theme}
          </button>
          {caller.kind !== "open" && (
            <button type="button" onClick={signOut} className="py-1 text-left underline">
              Sign out
            </button>
          )}
          <LiveState />
        </div>
      </div>
      <main id="main" ref={main} tabIndex={-1} className="min-w-0 p-4 outline-none md:p-6">
        {caller.kind === "open" && <OpenNotice />}
        <Outlet />
      </main>
      <CommandList commands={commands} open={listOpen} onClose={() => setListOpen(false)} />
    </div>
  );
}

/** Names the page in the title, and moves the focus to it, so that a screen reader hears where one is. */
function useFocusOnChange() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    const page = pages.find(({ path }) => path === pathname);
    document.title = page ? `${page.title} · Heed Studio` : "Heed Studio";
    if (before.current !== pathname) main.current?.focus();
    before.current = pathname;
  }, [pathname]);
  return main;
}
