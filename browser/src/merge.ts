import { backoff } from "./backoff.js";
import type { Identity } from "./identity.js";
import { uniform } from "./random.js";
import { isTransient, type Transport } from "./transport.js";
import type { Problem } from "./types.js";

const mostAttempts = 8;

/**
 * Asks the server to make this browser's anonymous id the user's, again while it cannot be reached. The token lives in
 * memory only, so a page that goes takes the request with it: the next `identify` with a token repeats it.
 */
export async function mergeInto(
  user: string,
  token: string,
  identity: Identity,
  transport: Transport,
  isWanted: () => boolean,
  report: (problem: Problem) => void,
): Promise<void> {
  const { anonymous, merged } = identity.current();
  if (merged === user) return;
  const current = () => isWanted() && identity.current().anonymous === anonymous;
  for (let attempt = 0; attempt < mostAttempts && current(); attempt++) {
    const path = `/v1/users/${encodeURIComponent(user)}/merge`;
    const answer = await transport.post(path, JSON.stringify({ anonymous }), { bearer: token });
    if (!current()) return;
    if (!isTransient(answer)) {
      if (answer.status < 300) identity.update({ merged: user });
      else report({ code: "refused", message: `merge into ${user}`, status: answer.status });
      return;
    }
    const wait = Math.max(backoff(attempt, uniform), answer.retryAfter ?? 0);
    await new Promise((done) => setTimeout(done, wait));
  }
}
