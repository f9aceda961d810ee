// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { csrfToken, explain, isOwn, post, RequestError, request } from "../../src/core/http.ts";

function answer(status: number, body: unknown): void {
  const response = new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => response),
  );
}

afterEach(() => vi.unstubAllGlobals());

describe("requests", () => {
  it("go nowhere but to this site", async () => {
    expect(isOwn("https://example.org/x")).toBe(false);
    expect(isOwn("/x")).toBe(true);
    expect(isOwn("//example.org/x", "http://localhost:3000/")).toBe(false);
    await expect(request("https://example.org/x")).rejects.toBeInstanceOf(RequestError);
  });

  it("carry the token when they write", async () => {
    document.body.innerHTML = '<input name="csrfmiddlewaretoken" value="from-form">';
    expect(csrfToken()).toBe("from-form");
    document.head.innerHTML = '<meta name="csrf-token" content="from-meta">';
    answer(200, { ok: 1 });
    expect(await post("/x", { a: 1 })).toEqual({ ok: 1 });
    const [, options] = vi.mocked(fetch).mock.calls[0] as [string, RequestInit];
    expect(new Headers(options.headers).get("x-csrftoken")).toBe("from-meta");
  });

  it("say in words what went wrong", async () => {
    answer(409, { detail: "too late" });
    const reason = await request("/x").catch((error: unknown) => error);
    expect(explain(reason, "en")).toContain("too late");
    expect(explain(new RequestError(0, "", null), "zh")).toContain("网络不通");
    expect(explain(new RequestError(403, "", null), "en")).toContain("signed out");
  });
});
