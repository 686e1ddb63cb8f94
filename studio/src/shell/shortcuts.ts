import { useEffect } from "react";
import type { Command } from "./commands";

const sequenceMilliseconds = 1200;

/** Runs commands by their keys, `g` then a letter or one letter alone; never while somebody types. */
export function useShortcuts(commands: readonly Command[], showList: () => void): void {
  useEffect(() => {
    let before = "";
    let at = 0;
    const press = (event: KeyboardEvent) => {
      const list = event.key === "?" || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (!list && (event.ctrlKey || event.metaKey || event.altKey)) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (list) {
        event.preventDefault();
        showList();
        return;
      }
      const sequence = event.timeStamp - at < sequenceMilliseconds ? `${before} ${event.key}` : event.key;
      const command = commands.find(({ keys }) => keys !== "" && (keys === sequence || keys === event.key));
      before = event.key;
      at = event.timeStamp;
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [commands, showList]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
