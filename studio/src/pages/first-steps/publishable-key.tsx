import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { answered, api } from "../../api/client";
import { asProblem } from "../../api/problem";
import { Button } from "../../components/button";
import { Snippet } from "../../components/copy";
import { Failed } from "../../components/states";
import { useSession } from "../../shell/door";
import { browserSdk } from "./snippets";

/** The browser SDK's snippet. A publishable key can be shown only when it is made, so one is made here for a page's origin. */
export function PublishableKey({ url }: { url: string }) {
  const { caller } = useSession();
  const [origin, setOrigin] = useState("https://");
  const made = useMutation({
    mutationFn: () =>
      answered(
        api.POST("/v1/keys/publishable", { body: { label: "made in the Studio", origins: [origin] } }),
      ),
  });
  return (
    <div className="grid gap-2">
      <Snippet label="Browser SDK" text={browserSdk(url, made.data?.key ?? "heed_pk_...")} />
      {caller.kind === "open" ? (
        <p className="text-sm text-quiet">
          Without keys Heed takes events from pages of its own address only. Once it has keys, a publishable
          key is made here for your page.
        </p>
      ) : (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            made.mutate();
          }}
        >
          <label className="grid">
            Address of your page
            <input
              value={origin}
              onChange={({ target }) => setOrigin(target.value)}
              className="rounded-lg border border-line bg-paper px-3 py-1.5"
            />
          </label>
          <Button type="submit" disabled={made.isPending}>
            Make a publishable key for it
          </Button>
        </form>
      )}
      {made.data && (
        <p role="status">The key is in the snippet above. It cannot be shown again: copy it now.</p>
      )}
      {made.error && <Failed problem={asProblem(made.error)} />}
    </div>
  );
}
