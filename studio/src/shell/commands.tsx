import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Dialog } from "../components/dialog";
import { pages } from "../pages";

export interface Command {
  name: string;
  keys: string;
  run: () => void;
}

/** Everything that can be done by keyboard alone. */
export function useCommands(toggleTheme: () => void, signOut: (() => void) | null): Command[] {
  const navigate = useNavigate();
  return useMemo(
    () => [
      ...pages.map(({ path, title, letter }) => ({
        name: `Go to ${title}`,
        keys: `g ${letter}`,
        run: () => void navigate({ to: path, search: {} as never }),
      })),
      { name: "Change between light, dark and the system's theme", keys: "t", run: toggleTheme },
      ...(signOut ? [{ name: "Sign out", keys: "", run: signOut }] : []),
    ],
    [navigate, toggleTheme, signOut],
  );
}

/** The list of commands with their shortcuts: type to narrow it, Enter runs the first. */
export function CommandList(props: { commands: readonly Command[]; open: boolean; onClose: () => void }) {
  const { commands, open, onClose } = props;
  const [words, setWords] = useState("");
  const fitting = commands.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase()));
  const close = () => {
    setWords("");
    onClose();
  };
  const run = (command: Command | undefined) => {
    close();
    command?.run();
  };
  return (
    <Dialog title="Commands" open={open} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run(fitting[0]);
        }}
      >
        <input
          aria-label="Narrow the commands"
          placeholder="Type to narrow the list; Enter runs the first"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="w-full rounded-lg border border-line bg-paper px-3 py-2"
        />
      </form>
      <ul className="mt-2">
        {fitting.map((command) => (
          <li key={command.name}>
            <button
              type="button"
              onClick={() => run(command)}
              className="flex w-full justify-between gap-4 rounded-lg px-3 py-2 text-left hover:bg-tint"
            >
              <span>{command.name}</span>
              <kbd className="text-quiet">{command.keys}</kbd>
            </button>
          </li>
        ))}
        <li className="flex justify-between gap-4 px-3 py-2">
          <span>Show this list</span>
          <kbd className="text-quiet">?</kbd>
        </li>
      </ul>
    </Dialog>
  );
}
