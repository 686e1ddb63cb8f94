import { z } from "zod";
import { eventSchema, rankSchema, recommendQuery } from "./schema.js";

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const ok = { "200": { description: "the answer" }, "400": { description: "what was wrong, and the remedy" } };
const path = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });

/** The OpenAPI document, its bodies generated from the schemas that validate them. */
export function openApi(): object {
  const event = z.toJSONSchema(eventSchema, { io: "input" });
  const query = Object.entries(z.toJSONSchema(recommendQuery, { io: "input" }).properties ?? {}).map(
    ([name, schema]) => ({
      name,
      in: "query",
      schema,
    }),
  );
  const limit = query.filter(({ name }) => name === "limit");
  const user = [path("user")];
  return {
    openapi: "3.1.0",
    info: { title: "Heed", version: "0.1.0" },
    paths: {
      "/healthz": { get: { summary: "Is the server up", responses: ok } },
      "/v1/events": {
        post: {
          summary: "Record one event or a batch",
          requestBody: json({
            anyOf: [event, { type: "object", properties: { events: { type: "array", items: event } } }],
          }),
          responses: ok,
        },
      },
      "/v1/recommend/{user}": {
        get: { summary: "What to show a person", parameters: [...user, ...query], responses: ok },
      },
      "/v1/similar/{item}": {
        get: { summary: "Items like one", parameters: [path("item"), ...limit], responses: ok },
      },
      "/v1/rank": {
        post: { summary: "Order given items", requestBody: json(z.toJSONSchema(rankSchema)), responses: ok },
      },
      "/v1/users": { get: { summary: "People with the most events", parameters: limit, responses: ok } },
      "/v1/users/{user}/events": { get: { summary: "What a person did", parameters: user, responses: ok } },
      "/v1/users/{user}": { delete: { summary: "Erase a person", parameters: user, responses: ok } },
      "/v1/models": { get: { summary: "The models compared, and which serves", responses: ok } },
    },
  };
}
