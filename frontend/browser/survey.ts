/** What the server does with a survey submission: accepts, refuses, or says that somebody else changed the same thing. */

import type { IncomingHttpHeaders } from "node:http";

interface Submission {
  id: string;
  revision: number;
  base_version: number | null;
  resolved?: boolean;
  values: Record<string, string>;
  base: Record<string, string> | null;
  photos: { name: string; taken_at: string | null }[];
  /** The files that came along. */
  pictures: Uint8Array[];
}

const accepted = new Map<string, Submission>();
const THEIRS: Record<string, string> = { name: "和睦社区食堂", floor_area_m2: "260", opening_hours: "07:00–19:00" };
const LABELS: Record<string, string> = { name: "名称", floor_area_m2: "建筑面积（m²）", opening_hours: "开放时间" };

export function forgetSubmissions(): void {
  accepted.clear();
}

export function submissions(): Submission[] {
  return [...accepted.values()];
}

export async function answerSubmission(
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<{ status: number; body: unknown }> {
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": headers["content-type"] ?? "" },
  }).formData();
  const sent = JSON.parse(String(form.get("submission"))) as Submission;
  if (headers["x-csrftoken"] !== "token-of-the-page") return { status: 403, body: { detail: "CSRF" } };
  const known = accepted.get(sent.id);
  if (known && known.revision >= sent.revision) return { status: 200, body: { state: "accepted", version: 9 } };
  if (sent.values.floor_area_m2 === "-1")
    return { status: 200, body: { state: "invalid", errors: { floor_area_m2: ["面积必须大于 0。"] } } };
  const area = sent.values.floor_area_m2;
  const bothChanged = area !== sent.base?.floor_area_m2 && area !== THEIRS.floor_area_m2;
  if (sent.base_version !== null && sent.base_version < 7 && !sent.resolved && bothChanged) {
    const fields = Object.keys(THEIRS)
      .filter((name) => sent.values[name] !== THEIRS[name] && sent.base?.[name] !== THEIRS[name])
      .map((name) => ({
        name,
        label: LABELS[name],
        base: sent.base?.[name] ?? null,
        mine: sent.values[name] ?? null,
        theirs: THEIRS[name],
      }));
    if (fields.length > 0)
      return {
        status: 200,
        body: { state: "conflict", version: 7, fields, by: "王敏", at: "2026-11-22T09:10:00+08:00" },
      };
  }
  const files = [...form.values()].filter((value): value is File => typeof value !== "string");
  const pictures = await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
  accepted.set(sent.id, { ...sent, pictures });
  return { status: 201, body: { state: "accepted", version: 8, href: "/page/facility/1" } };
}
