import { z } from "zod";
import { packageVersion } from "../../../core/version.js";
import { route } from "../route.js";
import { named } from "../schemas.js";

const callerSchema = z.strictObject({
  /** "open" while the server has no keys and answers this machine only. */
  kind: z.enum(["open", "secret"]),
  project: z.string(),
  scopes: z.array(z.string()),
  version: z.string(),
});
named.add(callerSchema, { id: "Caller" });

export const getCaller = route({
  method: "GET",
  path: "/v1/caller",
  summary: "Who calls: the project and the scopes of a secret key",
  access: { scope: "events:read" },
  answer: callerSchema,
  example: {},
  handle: (_, { caller: { kind, project, scopes } }) => ({
    kind: kind === "open" ? ("open" as const) : ("secret" as const),
    project,
    scopes: [...scopes],
    version: packageVersion(),
  }),
});

const activitySchema = z.strictObject({
  at: z.number(),
  eventsPerSecond: z.number(),
  measuredSeconds: z.number(),
  rejected: z.int(),
  models: z.array(z.strictObject({ name: z.string(), serving: z.string().nullable(), training: z.string() })),
});
named.add(activitySchema, { id: "Activity" });

export const getActivity = route({
  method: "GET",
  path: "/v1/activity",
  summary: "Events a second now, rejections, and what the models do",
  access: { scope: "metrics:read" },
  answer: activitySchema,
  example: {},
  handle: (_, { activities, caller: { project } }) => activities.of(project),
});

export const tailActivity = route({
  method: "GET",
  path: "/v1/activity/tail",
  summary: "The same once a second (server-sent events)",
  access: { scope: "metrics:read" },
  answer: z.string(),
  produces: "text/event-stream",
  refuses: [503],
  example: {},
  handle: (_, { activities, caller, tails, request, reply, now }) => {
    tails.stream(
      request,
      reply,
      () => caller.isValid(now()),
      (write) => {
        let isAsking = false;
        const tell = async () => {
          if (isAsking) return;
          isAsking = true;
          try {
            write("activity", await activities.of(caller.project));
          } catch (err) {
            request.log.error({ err }, "activity not known");
          } finally {
            isAsking = false;
          }
        };
        void tell();
        const timer = setInterval(tell, 1000);
        return () => clearInterval(timer);
      },
    );
    return "";
  },
});

export const listRejected = route({
  method: "GET",
  path: "/v1/events/rejected",
  summary: "The newest rejected events, why, and how to mend their sender",
  access: { scope: "events:read" },
  answer: z.strictObject({
    total: z.int(),
    rejected: z.array(
      z.strictObject({
        at: z.number(),
        path: z.string(),
        reason: z.string(),
        remedy: z.string(),
        action: z.string().nullable(),
        fields: z.array(z.string()),
        value: z.string().nullable(),
      }),
    ),
  }),
  example: {},
  handle: (_, { rejections, caller: { project } }) => ({
    total: rejections.count(project),
    rejected: rejections.list(project),
  }),
});
