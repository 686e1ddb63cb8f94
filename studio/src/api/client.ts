import createClient from "openapi-fetch";
import { readKey } from "./key";
import { problemOf } from "./problem";
import type { paths } from "./schema";

/** The HTTP interface, typed by its own OpenAPI document. The key goes in a header, never in an address. */
export const api = createClient<paths>({ baseUrl: "/" });

api.use({
  onRequest({ request }) {
    const key = readKey();
    if (key !== null) request.headers.set("authorization", `Bearer ${key}`);
    return request;
  },
});

/** What was answered; throws a Problem where it was refused. */
export async function answered<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (data === undefined || data === null) throw problemOf(response.status, error);
  return data;
}
