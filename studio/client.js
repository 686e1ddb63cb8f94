import { writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { packageVersion } from "../dist/core/version.js";
import { openApi } from "../dist/serve/http/openapi.js";
import { routes } from "../dist/serve/http/routes/index.js";

/** Writes the types of the HTTP interface, as the built server's own document describes it. */
const nodes = await openapiTS(openApi(routes, packageVersion()), { alphabetize: true });
const head = "// Made by `npm run client --workspace @heed/studio` from the server's OpenAPI document.\n";
writeFileSync(new URL("src/api/schema.d.ts", import.meta.url), head + astToString(nodes));
