import { z } from "zod";
import { HeedError } from "../../../core/errors.js";
import { nameSchema } from "../../../events/event.js";
import { type RouteContext, route } from "../route.js";
import {
  cursor,
  type KeptEvent,
  keptEventSchema,
  limit,
  oneOrMany,
  repeated,
  userSchema,
} from "../schemas.js";
import { lifetime, longestLife, signStatement } from "../user-token.js";

const params = z.strictObject({ user: nameSchema });
const subject = (input: { params: { user: string } }) => input.params.user;

export const putUsers = route({
  method: "PUT",
  path: "/v1/users",
  summary: "Add users or replace their attributes: one, a list, or { users: [...] }",
  access: { scope: "users:write" },
  ...oneOrMany("users", userSchema, 10_000),
  answer: z.strictObject({ stored: z.int().min(0) }),
  example: { body: { users: [{ user: "ann", attributes: { country: "NO" } }] } },
  handle: async ({ body }, { heed, caller: { project } }) => ({
    stored: await heed.putUsers(body, { project }),
  }),
});

export const getUser = route({
  method: "GET",
  path: "/v1/users/{user}",
  summary: "One user's attributes",
  access: { scope: "users:read", userToken: "own" },
  params,
  answer: userSchema,
  refuses: [404],
  example: { params: { user: "ann" } },
  subject,
  handle: async ({ params: { user } }, { heed, caller: { project } }) => {
    const found = await heed.getUser(user, { project });
    if (!found)
      throw new HeedError("unknown-user", `nothing was told about user "${user}"`, "add them: PUT /v1/users");
    return found;
  },
});

export const listUsers = route({
  method: "GET",
  path: "/v1/users",
  summary: "Every user, a page at a time",
  access: { scope: "users:read" },
  query: z.strictObject({ limit: limit(1000, 100), cursor: cursor.exactOptional() }),
  answer: z.strictObject({ users: z.array(userSchema), cursor: z.string().optional() }),
  example: { query: { limit: 2 } },
  handle: ({ query }, { heed, caller: { project } }) => heed.listUsers({ project, ...query }),
});

export const userEvents = route({
  method: "GET",
  path: "/v1/users/{user}/events",
  summary: "What a user did, newest last",
  access: { scope: "users:read", userToken: "own" },
  params,
  query: z.strictObject({ limit: limit(10_000, 1000), action: repeated(100).optional() }),
  answer: z.strictObject({ user: z.string(), events: z.array(keptEventSchema) }),
  example: { params: { user: "ann" }, query: { limit: 5 } },
  subject,
  handle: async ({ params: { user }, query }, { heed, caller: { project } }) => {
    const events = await heed.userEvents(user, {
      project,
      limit: query.limit,
      ...(query.action && { actions: query.action }),
    });
    return { user, events: events as KeptEvent[] };
  },
});

export const exportUser = route({
  method: "GET",
  path: "/v1/users/{user}/export",
  summary: "Everything Heed holds about a user",
  access: { scope: "users:read", userToken: "own" },
  params,
  answer: z.strictObject({
    user: userSchema.nullable(),
    merged: z.array(z.string()),
    events: z.array(z.looseObject({})),
  }),
  example: { params: { user: "ann" } },
  subject,
  handle: async ({ params: { user } }, { heed, caller: { project } }) => {
    const { events, ...rest } = await heed.exportUser(user, { project });
    return { ...rest, events: events.map((event) => ({ ...event })) };
  },
});

export const eraseUser = route({
  method: "DELETE",
  path: "/v1/users/{user}",
  summary: "Erase a user everywhere; late events of theirs are refused",
  access: { scope: "users:write" },
  params,
  answer: z.strictObject({ erased: z.int().min(0) }),
  example: { params: { user: "cleo" } },
  handle: async ({ params: { user } }, { heed, caller: { project } }) => ({
    erased: (await heed.eraseUser(user, { project })).events,
  }),
});

/** Ids that a browser made for somebody unknown: this prefix and at least 21 characters that nobody guesses. */
const anonymousShape = /^anon[_-][A-Za-z0-9_-]{21,}$/;

export const mergeUser = route({
  method: "POST",
  path: "/v1/users/{user}/merge",
  summary: "An anonymous id becomes this user",
  access: { scope: "users:write", userToken: "own" },
  params,
  body: z.strictObject({ anonymous: nameSchema }),
  answer: z.strictObject({ user: z.string(), merged: z.string() }),
  refuses: [409],
  example: { params: { user: "ann" }, body: { anonymous: "anon_V1StGXR8_Z5jdHi6B-myT" } },
  subject,
  handle: async ({ params: { user }, body: { anonymous } }, context) => {
    const { heed, caller } = context;
    if (caller.user !== undefined) await refuseKnown(anonymous, context);
    await heed.merge(anonymous, user, { project: caller.project });
    return { user, merged: anonymous };
  },
});

/**
 * Merging gives the history of `anonymous` to the bearer of a user token, who must not get a known user's that way. A known
 * user's id can be guessed; an id of the browser's own making cannot, so only those are taken.
 */
async function refuseKnown(anonymous: string, { heed, caller: { project } }: RouteContext): Promise<void> {
  if (anonymousShape.test(anonymous) && !(await heed.getUser(anonymous, { project }))) return;
  throw new HeedError(
    "forbidden",
    "with a user token only an anonymous id can be merged",
    'it begins with "anon_" and 21 random characters follow; a server with a secret key may merge any id',
  );
}

export const postUserToken = route({
  method: "POST",
  path: "/v1/users/{user}/tokens",
  summary: "A user token, for servers that cannot sign one themselves",
  access: { scope: "users:write" },
  params,
  body: z.strictObject({ expiresIn: z.int().min(1).max(longestLife).default(900) }),
  answer: z.strictObject({ token: z.string(), expires: z.iso.datetime() }),
  refuses: [409],
  example: { params: { user: "ann" }, body: { expiresIn: 600 } },
  handle: ({ params: { user }, body }, { caller: { key, project }, now }) => {
    if (!key?.tokenKey)
      throw new HeedError("conflict", "this server has no keys to sign with", "make one: heed keys create");
    const { issued, expires } = lifetime(now(), body.expiresIn);
    const token = signStatement("token", key.tokenKey, { key: key.id, project, user, issued, expires });
    return { token, expires: new Date(expires * 1000).toISOString() };
  },
});
