/** What a job says about itself, and when to ask it again. */

import type { Language } from "../core/language.ts";

export const JOB_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface Job {
  readonly state: JobState;
  readonly stage?: string;
  readonly fraction?: number | null;
  readonly done?: number | null;
  readonly total?: number | null;
  readonly seconds_left?: number | null;
  readonly message?: string;
  readonly href?: string;
}

/** Whether nothing more will happen. */
export function isOver(state: JobState): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** How long to wait before the next question, in milliseconds: short jobs are asked often, long ones seldom, a silent server ever less. */
export function waitMs(asked: number, failures: number): number {
  const calm = asked < 10 ? 1000 : asked < 40 ? 2000 : 5000;
  return Math.min(calm * 2 ** failures, 60_000);
}

/** A time in words: "about 3 min". */
export function timeLeft(seconds: number | null | undefined, language: Language): string {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) return "";
  const [zh, en] =
    seconds < 60
      ? [`约 ${Math.max(5, Math.ceil(seconds / 5) * 5)} 秒`, `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s`]
      : minutes(seconds);
  return language === "zh" ? (zh as string) : (en as string);
}

function minutes(seconds: number): [string, string] {
  const whole = Math.ceil(seconds / 60);
  if (whole < 90) return [`约 ${whole} 分钟`, `about ${whole} min`];
  const hours = (whole / 60).toFixed(1);
  return [`约 ${hours} 小时`, `about ${hours} h`];
}

/** How far it is, in words: per cent, count, time left; nothing once it is over but the count. */
export function factsOf(job: Job, language: Language): string[] {
  const { fraction, done, total } = job;
  const counted = typeof done === "number" && typeof total === "number";
  const count = counted ? (language === "zh" ? `${done} / ${total}` : `${done} of ${total}`) : "";
  if (isOver(job.state)) return count ? [count] : [];
  const left = timeLeft(job.seconds_left, language);
  const leftText = left && (language === "zh" ? `还需${left}` : `${left} left`);
  return [typeof fraction === "number" ? `${Math.round(fraction * 100)} %` : "", count, leftText].filter(Boolean);
}
