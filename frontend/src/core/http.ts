/** Asking our own server: JSON in and out, the CSRF token sent along, errors that can be shown to a person. */

import type { Language } from "./language.ts";

/** What the server, or the lack of one, answered instead of what was asked for. */
export class RequestError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, message: string, body: unknown) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.body = body;
  }
}

/** The CSRF token of the page: `<meta name="csrf-token" content="…">`, or the one in any of its forms. */
export function csrfToken(): string {
  const said = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  return said ?? document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value ?? "";
}

/** Whether an address belongs to this site; islands ask nobody else. */
export function isOwn(address: string, base: string = document.baseURI): boolean {
  return new URL(address, base).origin === new URL(base).origin;
}

async function readBody(answer: Response): Promise<unknown> {
  const type = answer.headers.get("content-type") ?? "";
  return /json/.test(type) ? answer.json() : answer.text();
}

function messageOf(body: unknown, status: number): string {
  if (typeof body === "object" && body !== null) {
    const { message, detail } = body as { message?: unknown; detail?: unknown };
    if (typeof message === "string") return message;
    if (typeof detail === "string") return detail;
  }
  return `HTTP ${status}`;
}

/** Ask for JSON; anything but a 2xx answer is a `RequestError`, status 0 = no connection. */
export async function request<T>(address: string, options: RequestInit = {}): Promise<T> {
  if (!isOwn(address)) throw new RequestError(0, `not an address of this site: ${address}`, null);
  const headers = new Headers(options.headers);
  headers.set("accept", "application/json");
  if (options.method && options.method !== "GET") headers.set("x-csrftoken", csrfToken());
  const answer = await fetch(address, { ...options, headers, credentials: "same-origin" }).catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new RequestError(0, String(reason), null);
  });
  const body = await readBody(answer);
  if (!answer.ok) throw new RequestError(answer.status, messageOf(body, answer.status), body);
  return body as T;
}

/** Send JSON by POST and read JSON. */
export function post<T>(address: string, body: unknown, options: RequestInit = {}): Promise<T> {
  const headers = { "content-type": "application/json" };
  return request<T>(address, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}

/** What went wrong, in words for a person. */
export function explain(reason: unknown, language: Language): string {
  const zh = language === "zh";
  if (!(reason instanceof RequestError)) return zh ? `出错：${String(reason)}` : `Something failed: ${String(reason)}`;
  if (reason.status === 0)
    return zh ? "网络不通，请检查连接后重试。" : "No connection. Check the network and try again.";
  if (reason.status === 403) return zh ? "没有权限，或登录已过期。" : "Not allowed, or you have been signed out.";
  return zh ? `服务器未完成请求：${reason.message}` : `The server did not do it: ${reason.message}`;
}
