import { type FormEvent, useState } from "react";
import { keepKey, keyProblem, readKey } from "../api/key";
import type { Problem } from "../api/problem";
import { Button } from "../components/button";

/** Asks for a secret key; whatever else is given is refused in words. */
export function SignIn({ problem, enter }: { problem: Problem; enter: () => void }) {
  const [typed, setTyped] = useState("");
  const wrong = typed || (readKey() === null ? "" : `${problem.message}: ${problem.remedy}`);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get("key")).trim();
    const said = keyProblem(key);
    setTyped(said ?? "");
    if (said !== null) return;
    keepKey(key);
    enter();
  };
  return (
    <main className="mx-auto grid max-w-xl gap-3 p-6">
      <h1>Heed Studio</h1>
      <p>
        This server has keys, so the Studio needs a <strong>secret key</strong>. It stays in this tab until
        you close it or sign out.
      </p>
      <form onSubmit={submit} className="grid gap-2">
        <label htmlFor="key">Secret key</label>
        <input
          id="key"
          name="key"
          type="password"
          autoComplete="off"
          required
          aria-invalid={wrong !== ""}
          aria-describedby="wrong"
          className="rounded-lg border border-line bg-card px-3 py-2"
        />
        <p id="wrong" role="alert" className="text-bad">
          {wrong}
        </p>
        <div>
          <Button type="submit" look="strong">
            Open the Studio
          </Button>
        </div>
      </form>
      <p className="text-sm text-quiet">
        No key at hand? On the server: <code>heed keys create</code>
      </p>
    </main>
  );
}
