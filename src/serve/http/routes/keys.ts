import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { originSchema } from "../key-file.js";
import { createKey } from "../manage-keys.js";
import { route } from "../route.js";

export const postPublishableKey = route({
  method: "POST",
  path: "/v1/keys/publishable",
  summary: "Make a publishable key for pages of these origins; it is shown this once",
  access: { scope: "admin" },
  body: z.strictObject({
    label: z.string().max(256).default(""),
    origins: z.array(originSchema).min(1).max(100),
  }),
  answer: z.strictObject({
    key: z.string(),
    id: z.string(),
    project: z.string(),
    origins: z.array(z.string()),
  }),
  refuses: [409],
  example: { body: { label: "the shop", origins: ["https://shop.example"] } },
  handle: ({ body: { label, origins } }, { caller, home }) => {
    // The first key closes a server to whoever has none: that is decided on its machine, with a secret key at hand.
    if (caller.kind === "open" || home === undefined)
      throw new HeedError(
        "conflict",
        "this server has no keys yet",
        "make a secret key first, on its machine: heed keys create",
      );
    const { key, id, project } = createKey(home, {
      kind: "publishable",
      project: caller.project,
      label,
      origins,
    });
    return { key, id, project, origins };
  },
});
