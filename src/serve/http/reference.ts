import { createHash } from "node:crypto";
import type { OpenApi, Operation } from "./openapi.js";

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav { columns: 20rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); margin-top: 2rem; }
h2 { font: 600 1.1rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
a { color: inherit; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** The page runs no script, loads nothing and cannot be framed. */
export const referenceHeaders = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** The document as a page for people. */
export function referencePage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );
  const schemas = Object.entries(components.schemas);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(info.title)} reference</title><style>${style}</style></head>
<body>
<main>
<h1>${text(info.title)} ${text(info.version)}</h1>
<p>${text(info.description)} <a href="/openapi.json">openapi.json</a></p>
<nav aria-label="Routes"><ul>${operations.map(({ name, operation }) => `<li><a href="#${text(operation.operationId)}">${text(name)}</a></li>`).join("")}</ul></nav>
${operations.map(({ name, operation }) => section(name, operation)).join("\n")}
${schemas.map(([name, schema]) => `<section id="schema-${text(name)}"><h2>${text(name)}</h2>${block(schema)}</section>`).join("\n")}
</main>
</body>
</html>
`;
}

function section(name: string, operation: Operation): string {
  const { summary, description, parameters, requestBody, responses } = operation;
  return `<section id="${text(operation.operationId)}">
<h2>${text(name)}</h2>
<p>${text(summary)}. ${text(description)}</p>
${parameters.length > 0 ? `<table><thead><tr><th>Parameter</th><th>In</th><th>Schema</th></tr></thead><tbody>${parameters.map(({ name, in: place, required, schema }) => `<tr><td><code>${text(name)}</code>${required ? " (required)" : ""}</td><td>${place}</td><td><code>${text(JSON.stringify(schema))}</code></td></tr>`).join("")}</tbody></table>` : ""}
${
  requestBody
    ? `<h3>Body</h3>${Object.entries(requestBody.content)
        .map(([type, { schema, example }]) => `<p><code>${text(type)}</code></p>${block(example ?? schema)}`)
        .join("")}`
    : ""
}
<h3>Answers</h3>
<table><tbody>${Object.entries(responses)
    .map(
      ([status, response]) =>
        `<tr><td><code>${text(status)}</code></td><td>${text(response.description)}</td></tr>`,
    )
    .join("")}</tbody></table>
${Object.values(responses[200]?.content ?? {})
  .map(({ schema }) => block(schema))
  .join("")}
</section>`;
}

function block(value: unknown): string {
  return `<pre tabindex="0">${text(JSON.stringify(value, null, 2))}</pre>`;
}

function text(value: string): string {
  return value.replace(
    /[&<>"']/g,
    (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[character]!,
  );
}
