// The page and Heed's routes under one origin: without keys, Heed answers no page of another origin.
import { readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";

const port = Number(process.env.PORT ?? 8080);
const heed = Number(process.env.HEED_PORT ?? 4141);

/** @type {Record<string, [file: string, type: string]>} */
const files = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/heed.js": ["../dist/heed.js", "text/javascript; charset=utf-8"],
};

createServer(async (request, response) => {
  const { method, url = "/", headers } = request;
  if (url.startsWith("/v1/")) {
    const onward = forward({ host: "127.0.0.1", port: heed, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end("Heed does not answer: run `npm start` first"));
    request.pipe(onward);
    return;
  }
  const found = files[url];
  if (!found) response.writeHead(404).end();
  else response.setHeader("content-type", found[1]).end(await readFile(new URL(found[0], import.meta.url)));
}).listen(port, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
