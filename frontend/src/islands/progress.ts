/** `progress`: what a job is doing, how far it is, how long it may take; it can be left, returned to and cancelled. */

import { h } from "../core/dom.ts";
import { explain, isOwn, post, request } from "../core/http.ts";
import type { Mount } from "../core/island.ts";
import { languageOf, speaker } from "../core/language.ts";
import { factsOf, isOver, type Job, waitMs } from "../progress/model.ts";

const WORDS = {
  queued: { zh: "排队中", en: "waiting" },
  running: { zh: "进行中", en: "running" },
  done: { zh: "已完成", en: "finished" },
  failed: { zh: "未完成", en: "failed" },
  cancelled: { zh: "已取消", en: "cancelled" },
  cancel: { zh: "取消任务", en: "Cancel the job" },
  cancelling: { zh: "正在取消…", en: "Cancelling…" },
  open: { zh: "查看结果", en: "See the result" },
  leave: { zh: "可以离开此页，任务会继续。", en: "You can leave this page; the job goes on." },
  bar: { zh: "任务进度", en: "Progress of the job" },
} as const;

export const mount: Mount = (element) => {
  const { src, cancel } = element.dataset;
  const then = element.dataset.then;
  if (!src) throw new Error("progress: data-src is missing");
  const language = languageOf(element);
  const word = speaker(WORDS, language);
  const bar = h("progress", { max: 1, "aria-label": word("bar") });
  const stage = h("strong", { role: "status" });
  const facts = h("span", { class: "ll-note" });
  const note = h("p", { class: "ll-note" }, word("leave"));
  const wrong = h("p", { class: "ll-error", role: "alert" });
  const stop = h("button", { type: "button" }, word("cancel"));
  const own = [...element.children];
  for (const child of own) child.remove();
  element.append(
    h(
      "div",
      { class: "ll-progress" },
      h("div", { class: "ll-row" }, stage, facts),
      bar,
      cancel ? stop : "",
      note,
      wrong,
    ),
  );

  let asked = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;

  const show = (job: Job): void => {
    const name = [word(job.state), isOver(job.state) ? "" : job.stage].filter(Boolean).join(" · ");
    if (stage.textContent !== name) stage.textContent = name;
    stage.className = `ll-job-${job.state}`;
    if (typeof job.fraction === "number") bar.value = job.fraction;
    else if (!isOver(job.state)) bar.removeAttribute("value");
    facts.textContent = factsOf(job, language).join(" · ");
    wrong.textContent = job.state === "failed" ? (job.message ?? "") : "";
  };

  const finish = (job: Job): void => {
    stop.remove();
    bar.hidden = job.state !== "done";
    bar.value = 1;
    note.textContent = job.state === "failed" ? "" : (job.message ?? "");
    const href = job.href && isOwn(job.href) ? job.href : undefined;
    if (href) note.append(" ", h("a", { href }, word("open")));
    element.dispatchEvent(new CustomEvent("linli:done", { bubbles: true, detail: job }));
    if (job.state !== "done") return;
    if (then === "reload") location.reload();
    if (then === "go" && href) location.assign(href);
  };

  const poll = async (): Promise<void> => {
    try {
      const job = await request<Job>(src);
      failures = 0;
      if (gone) return;
      show(job);
      if (isOver(job.state)) {
        finish(job);
        return;
      }
    } catch (reason) {
      failures += 1;
      wrong.textContent = explain(reason, language);
    }
    asked += 1;
    timer = setTimeout(poll, waitMs(asked, failures));
  };

  stop.addEventListener("click", async () => {
    stop.disabled = true;
    stop.textContent = word("cancelling");
    await post(cancel as string, {}).catch((reason: unknown) => {
      stop.disabled = false;
      stop.textContent = word("cancel");
      wrong.textContent = explain(reason, language);
    });
  });
  poll();
  return {
    destroy: () => {
      gone = true;
      clearTimeout(timer);
    },
  };
};
