import { useId } from "react";
import type { LoggedEvent } from "./log";

export interface Filter {
  user: string;
  action: string;
  /** Anywhere in the record. */
  text: string;
}

export function fits({ user, action, text }: Filter, event: LoggedEvent): boolean {
  if (user !== "" && event.user !== user) return false;
  if (action !== "" && event.action !== action) return false;
  return text === "" || JSON.stringify(event).toLowerCase().includes(text.toLowerCase());
}

const field = "w-full rounded-lg border border-line bg-card px-3 py-1.5";

export function Filters(props: {
  filter: Filter;
  actions: readonly string[];
  change: (filter: Filter) => void;
}) {
  const { filter, actions, change } = props;
  const id = useId();
  return (
    <form className="grid gap-3 sm:grid-cols-3" onSubmit={(event) => event.preventDefault()}>
      <div>
        <label htmlFor={`${id}-action`}>Action</label>
        <select
          id={`${id}-action`}
          value={filter.action}
          onChange={({ target }) => change({ ...filter, action: target.value })}
          className={field}
        >
          <option value="">every action</option>
          {actions.map((action) => (
            <option key={action}>{action}</option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}-user`}>User</label>
        <input
          id={`${id}-user`}
          value={filter.user}
          placeholder="everybody"
          onChange={({ target }) => change({ ...filter, user: target.value })}
          className={field}
        />
      </div>
      <div>
        <label htmlFor={`${id}-text`}>Anywhere in the record</label>
        <input
          id={`${id}-text`}
          value={filter.text}
          onChange={({ target }) => change({ ...filter, text: target.value })}
          className={field}
        />
      </div>
    </form>
  );
}
