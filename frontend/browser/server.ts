/** A server for the browser tests: the built files, one page per island, and answers as Django would give them. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { GeoJSONVT } from "@maplibre/geojson-vt"; // both come with maplibre-gl
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { placesOf } from "../src/lifecircle/config.ts";
import * as demo from "./demo.ts";
import { pageHtml } from "./pages.ts";
import { answerSubmission, forgetSubmissions } from "./survey.ts";

/** The policy every page of Linli is served under. */
export const POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const BUILT = here("../../src/linli/web/static/linli/");
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

const ENTRY = { script: "/static/linli/app.js", styles: ["/static/linli/app.css"] };

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
  });
  response.end(body);
}

const json = (response: ServerResponse, body: unknown, status = 200): void =>
  send(response, status, "application/json", JSON.stringify(body));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function sendFile(response: ServerResponse, folder: string, name: string): void {
  const path = normalize(join(folder, name));
  try {
    if (!path.startsWith(folder)) throw new Error("outside the folder");
    send(response, 200, TYPES[extname(path)] ?? "application/octet-stream", readFileSync(path));
  } catch {
    send(response, 404, "text/plain", "not found");
  }
}

function ideasOf(query: URLSearchParams) {
  const drops = placesOf(query.getAll("drop"));
  return { type: query.get("type") ?? "", drops, closed: query.getAll("close") };
}

const METRES: Readonly<Record<string, number>> = { adult: 72, elder: 50, carer: 55 };

const limitOf = (query: URLSearchParams): number =>
  (METRES[query.get("person") ?? ""] ?? 50) * Number(query.get("minute") ?? 10);

/** The town cut into a vector tile, as Django would send it. */
function tile(url: URL): Buffer | undefined {
  const [z, x, y] = url.pathname.split("/").slice(2).map(Number) as [number, number, number];
  const type = url.searchParams.get("type") ?? "canteen";
  const layers = {
    communities: demo.communities(),
    communities_names: demo.names(),
    buildings: demo.states(type, limitOf(url.searchParams)),
    facilities: demo.facilities(type),
  };
  const cut = Object.entries(layers).map(([name, data]) => {
    const buffer = name === "communities" ? 64 : 0;
    return [
      name,
      new GeoJSONVT(data, { maxZoom: 15, indexMaxZoom: 15, extent: 4096, buffer }).getTile(z, x, y),
    ] as const;
  });
  const full = cut.filter((entry): entry is [string, NonNullable<(typeof entry)[1]>] => entry[1] !== null);
  return full.length > 0
    ? Buffer.from(fromGeojsonVt(Object.fromEntries(full), { version: 2, extent: 4096 }))
    : undefined;
}

let polls = 0;

const JOB = [
  { state: "queued" },
  { state: "running", stage: "读取资料", fraction: 0.2, done: 2, total: 12, seconds_left: 48 },
  { state: "running", stage: "评估社区", fraction: 0.65, done: 8, total: 12, seconds_left: 20 },
  { state: "done", fraction: 1, message: "12 个社区已评估。", href: "/page/chart" },
];

type Handler = (url: URL, request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const DATA: Record<string, Handler> = {
  "/data/communities": (_url, _request, response) => json(response, demo.communities()),
  "/data/buildings": (_url, _request, response) => json(response, demo.buildings()),
  "/data/facilities": (url, _request, response) =>
    json(response, demo.facilities(url.searchParams.get("type") ?? undefined)),
  "/data/without": (_url, _request, response) => json(response, demo.without()),
  "/data/reach": ({ searchParams }, _request, response) => json(response, demo.reach(searchParams.get("type") ?? "")),
  "/data/rooms": (_url, _request, response) => json(response, demo.rooms()),
  "/data/path": ({ searchParams }, _request, response) => {
    const { type, drops, closed } = ideasOf(searchParams);
    json(response, demo.path(searchParams.get("building") ?? "", type, drops, closed));
  },
  "/data/what-if": ({ searchParams }, _request, response) => {
    const { type, drops, closed } = ideasOf(searchParams);
    json(response, demo.whatIf(type, drops, closed));
  },
  "/data/summary": ({ searchParams }, _request, response) => {
    const { type, drops, closed } = ideasOf(searchParams);
    json(response, demo.summary(type, limitOf(searchParams), drops, closed));
  },
  "/data/job": (_url, _request, response) => {
    polls += 1;
    json(response, JOB[Math.min(polls - 1, JOB.length - 1)]);
  },
  "/data/job/reset": (_url, _request, response) => {
    polls = 0;
    json(response, {});
  },
  "/data/token": (_url, _request, response) => json(response, { csrf: "token-of-the-page", user: "u1" }),
  "/data/forget": (_url, _request, response) => {
    forgetSubmissions();
    json(response, {});
  },
  "/survey/submissions": async (_url, request, response) => {
    const { status, body } = await answerSubmission(request.headers, await bodyOf(request));
    json(response, body, status);
  },
  "/page/echo": async (_url, request, response) =>
    send(
      response,
      200,
      "text/html",
      `<!doctype html><html lang="en"><title>echo</title><p id="echo">${String(await bodyOf(request)).replaceAll("<", "&lt;")}</p></html>`,
    ),
  "/favicon.ico": (_url, _request, response) =>
    send(response, 200, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
  "/harness.css": (_url, _request, response) => send(response, 200, "text/css", readFileSync(here("harness.css"))),
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const handler = DATA[url.pathname];
  if (handler) return handler(url, request, response);
  if (url.pathname.startsWith("/tiles/"))
    return send(response, 200, "application/vnd.mapbox-vector-tile", tile(url) ?? Buffer.alloc(0));
  if (url.pathname === "/survey/offline-worker.js") return sendFile(response, BUILT, "offline-worker.js");
  if (url.pathname === "/survey/map-worker.js") return sendFile(response, BUILT, "map-worker.js");
  if (url.pathname.startsWith("/static/linli/"))
    return sendFile(response, BUILT, url.pathname.slice("/static/linli/".length));
  const page = pageHtml(url, ENTRY);
  return page ? send(response, 200, "text/html", page) : send(response, 404, "text/plain", "not found");
}

/** Serve on a free port of this machine. */
export async function serve(port = 0): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    answer(request, response).catch((reason: unknown) => send(response, 500, "text/plain", String(reason)));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const where = server.address();
  return { server, address: `http://localhost:${typeof where === "object" && where ? where.port : port}` };
}
