import { readFile } from "node:fs/promises";
import type { FastifyInstance, FastifyReply } from "fastify";
import { nameSchema } from "../../events/event.js";
import type { Store } from "../../store/index.js";
import { invalidInput } from "../http/errors.js";

const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

const files: Readonly<Record<string, [file: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
};

/** The page at "/": choose a person, see what they did and what they are shown, and how the models compare. */
export function demonstrationPage(store: Store): (server: FastifyInstance) => void {
  return (server) => {
    for (const [url, [file, type]] of Object.entries(files))
      server.get(url, { config: { access: "public" } }, async (_, reply) => sendFile(reply, file, type));

    server.get("/page/people", { config: { access: { scope: "users:read" } } }, async ({ caller }) => ({
      people: await store.analytics.top({ project: caller!.project, by: "user", limit: 100 }),
    }));

    server.get(
      "/page/people/:user",
      { config: { access: { scope: "users:read" } } },
      async ({ caller, params: given }) => {
        const { project } = caller!;
        const { data: user, error } = nameSchema.safeParse((given as { user: string }).user);
        if (error) throw invalidInput(error, []);
        const events = await store.online.history(project, user, { limit: 100 });
        const items = await store.online.get(
          project,
          "item",
          events.flatMap(({ item }) => item ?? []),
        );
        const titles = new Map<string | null, unknown>(
          items.flatMap((item) => (item ? [[item.id, item.value.title]] : [])),
        );
        return {
          user,
          events: events.map(({ position: _, ...event }) => ({ ...event, title: titles.get(event.item) })),
        };
      },
    );
  };
}

async function sendFile(reply: FastifyReply, file: string, type: string): Promise<Buffer> {
  const content = await readFile(new URL(`../../../assets/page/${file}`, import.meta.url));
  reply.headers(pageHeaders).type(type);
  return content;
}
