// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { conflictView } from "../../src/offline/conflict-view.ts";
import { differ, fillForm, readForm } from "../../src/offline/form.ts";
import { fitSize } from "../../src/offline/photo.ts";
import { mayKeep, pageKey, ruleOf } from "../../src/offline/shell.ts";

const form = (): HTMLFormElement => document.querySelector("form") as HTMLFormElement;

describe("a form's values", () => {
  beforeEach(() => {
    document.body.innerHTML = `<form><input type="hidden" name="csrfmiddlewaretoken" value="t"><input name="name" value="A">
      <textarea name="note">n</textarea><input type="checkbox" name="tags" value="x" checked><input type="checkbox" name="tags" value="y" checked>
      <input type="radio" name="kind" value="1" checked><input type="radio" name="kind" value="2">
      <select name="many" multiple><option value="p" selected>p</option><option value="q">q</option></select><input type="file" name="photos"></form>`;
  });

  it("are read without tokens and files", () => {
    expect(readForm(form())).toEqual({ name: "A", note: "n", tags: ["x", "y"], kind: "1", many: "p" });
  });

  it("come back as they were", () => {
    const values = { name: "B", note: "", tags: "y", kind: "2", many: "q" };
    fillForm(form(), values);
    expect(readForm(form())).toEqual(values);
    expect(differ(values, readForm(form()))).toBe(false);
    fillForm(form(), { ...values, many: ["p", "q"] });
    expect([...form().querySelectorAll("option")].map((option) => option.selected)).toEqual([true, true]);
    expect(differ({ a: "" }, {})).toBe(false);
    expect(differ({ a: "1" }, {})).toBe(true);
  });
});

describe("two versions side by side", () => {
  it("cannot be sent before every field is decided", () => {
    const apply = vi.fn();
    const fields = [
      { name: "area", label: "Area", base: "1", mine: "2", theirs: "3" },
      { name: "hours", label: "Hours", base: "", mine: "", theirs: "9–17" },
    ];
    document.body.replaceChildren(
      conflictView({ version: 7, fields, by: "Wang", at: "2026-11-22T09:10:00" }, "en", apply, () => undefined),
    );
    const send = [...document.querySelectorAll("button")][0] as HTMLButtonElement;
    expect(document.body.textContent).toContain("Wang changed the same record at 2026-11-22 09:10");
    expect(document.body.textContent).toContain("(empty)");
    expect(send.disabled).toBe(true);
    (document.querySelector("input[type=radio]") as HTMLInputElement).click();
    expect(send.disabled).toBe(false);
    send.click();
    expect(apply).toHaveBeenCalledWith({ area: { take: "mine" }, hours: { take: "theirs" } });
  });
});

describe("the service worker", () => {
  const rule = (address: string, more: object = {}) =>
    ruleOf({ method: "GET", address, navigates: false, ...more }, "http://h/survey/");
  it("keeps pages of the survey and files of the program, nothing else", () => {
    expect(rule("http://h/survey/form", { navigates: true })).toBe("page");
    expect(rule("http://h/funds/", { navigates: true })).toBe("network");
    expect(rule("http://h/survey/submissions", { method: "POST" })).toBe("network");
    expect(rule("http://h/survey/data.json")).toBe("network");
    expect(rule("http://h/static/linli/assets/map-DX6FIJ71.js")).toBe("file");
    expect(rule("http://h/static/linli/app.0123456789ab.css")).toBe("file");
    expect(rule("http://h/static/linli/app.js")).toBe("fresh-file");
    expect(rule("http://h/survey/map-worker.js")).toBe("fresh-file");
    expect(rule("http://elsewhere/static/linli/app.js")).toBe("network");
  });

  it("never keeps a sign-in page in the place of the form", () => {
    expect(mayKeep({ ok: true, redirected: true, type: "basic" })).toBe(false);
    expect(mayKeep({ ok: false, redirected: false, type: "basic" })).toBe(false);
    expect(mayKeep({ ok: true, redirected: false, type: "basic" })).toBe(true);
    expect(pageKey("http://h/survey/form?x=1#top")).toBe("http://h/survey/form?x=1");
  });
});

it("photos fit into the longest side and are never made larger", () => {
  expect(fitSize(4000, 3000)).toEqual({ width: 2048, height: 1536 });
  expect(fitSize(100, 50)).toEqual({ width: 100, height: 50 });
  expect(fitSize(9000, 1)).toEqual({ width: 2048, height: 1 });
});
