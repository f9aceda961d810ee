/** The house palette, the same as `linli.report.palette`: colours always come with a word and a shape. */

import { s } from "./dom.ts";
import type { Language, Words } from "./language.ts";

export const ACCENT = "#0b5f66";
export const LACKING = "#b3261e";
export const GREYS = {
  ink: "#1f2933",
  text: "#3e4c59",
  soft: "#61707d",
  line: "#c5cdd4",
  rule: "#e1e6ea",
  paper: "#f5f7f8",
} as const;

/** Five classes, light = low. */
export const CLASS_COLOURS = ["#e6f2f1", "#b5d9d6", "#7bb8b6", "#3d8d91", "#0b5f66"] as const;

const SERIES = ["#0b5f66", "#a4490c", "#3b4a9c", "#8e2d6b", "#2d6a1f", "#7a5c00", "#61707d", "#b3261e"] as const;

/** The colour of the n-th line or part of a chart, n from 0. */
export function seriesColour(position: number): string {
  return SERIES[position % SERIES.length] as string;
}

export const STATUS_CODES = ["met", "partly", "not_met", "not_applicable", "unknown"] as const;
export type Status = (typeof STATUS_CODES)[number];

export const STATUSES: Readonly<Record<Status, { colour: string; tint: string; fill: string }>> = {
  met: { colour: "#1a7340", tint: "#e3f2e8", fill: "#9fd1b2" },
  partly: { colour: "#8f5600", tint: "#fbeecf", fill: "#f0cf85" },
  not_met: { colour: "#b3261e", tint: "#fbe6e4", fill: "#eea59d" },
  not_applicable: { colour: "#61707d", tint: "#f5f7f8", fill: "#e1e6ea" },
  unknown: { colour: "#4b5563", tint: "#eceff1", fill: "#eceff1" },
};

export const STATUS_WORDS: Words<Status> = {
  met: { zh: "达标", en: "met" },
  partly: { zh: "部分达标", en: "partly met" },
  not_met: { zh: "未达标", en: "not met" },
  not_applicable: { zh: "不适用", en: "not applicable" },
  unknown: { zh: "待补", en: "unknown" },
};

/** Read a status; what is none of the five is unknown. */
export function readStatus(value: unknown): Status {
  return STATUS_CODES.find((code) => code === value) ?? "unknown";
}

/** The facility groups: colour, shape (a path in a box of 24 × 24) and the character in it. */
export const GROUPS = {
  governance: { colour: "#3b4a9c", path: "M3 3H21V21H3Z", zh: "政", en: "G" },
  education: { colour: "#a4490c", path: "M12 1L23 9.5L19 22H5L1 9.5Z", zh: "学", en: "E" },
  elderly: { colour: "#8e2d6b", path: "M12 1A11 11 0 1 0 12 23A11 11 0 1 0 12 1Z", zh: "老", en: "O" },
  health: { colour: "#b3261e", path: "M7 1H17V7H23V17H17V23H7V17H1V7H7Z", zh: "医", en: "H" },
  culture: { colour: "#6a4aa3", path: "M12 0L24 12L12 24L0 12Z", zh: "文", en: "C" },
  commerce: { colour: "#7a5c00", path: "M6 2H18L24 12L18 22H6L0 12Z", zh: "商", en: "S" },
  sport: { colour: "#2d6a1f", path: "M2 2H22V13Q22 20 12 23.5Q2 20 2 13Z", zh: "体", en: "P" },
  convenience: { colour: "#1b5e8c", path: "M7 1H17L23 7V17L17 23H7L1 17V7Z", zh: "便", en: "V" },
} as const;

export type Group = keyof typeof GROUPS;

/** The sign of a spare room: a house, so that it is not taken for a service in use. */
export const ROOM = { colour: "#1f2933", path: "M12 0L24 10H21V23H3V10H0Z", zh: "房", en: "R" } as const;

export const GROUP_WORDS: Words<Group> = {
  governance: { zh: "社区治理", en: "governance" },
  education: { zh: "教育托育", en: "education" },
  elderly: { zh: "养老", en: "elderly care" },
  health: { zh: "医疗卫生", en: "health" },
  culture: { zh: "文化", en: "culture" },
  commerce: { zh: "商业服务", en: "shops and services" },
  sport: { zh: "体育与公共空间", en: "sport and open space" },
  convenience: { zh: "便民与市政", en: "convenience" },
};

/** Read a facility group, or nothing if it is none of the eight. */
export function readGroup(value: unknown): Group | undefined {
  return typeof value === "string" && Object.hasOwn(GROUPS, value) ? (value as Group) : undefined;
}

/** The mark of a facility group, or of spare rooms, for legends. */
export function groupMark(group: Group | "room", language: Language, size = 18): SVGSVGElement {
  const sign = group === "room" ? ROOM : GROUPS[group];
  const { colour, path } = sign;
  const letter = sign[language];
  return s(
    "svg",
    { viewBox: "-1 -1 26 26", width: size, height: size, class: "ll-mark", "aria-hidden": "true" },
    s("path", { d: path, fill: colour }),
    s("text", { x: 12, y: 16.6, "text-anchor": "middle", "font-size": 13, fill: "#fff" }, letter),
  );
}

function statusShape(status: Status): SVGElement[] {
  const { colour } = STATUSES[status];
  const ring = { cx: 6, cy: 6, r: 5, fill: "none", stroke: colour, "stroke-width": 1.6 };
  if (status === "met") return [s("circle", { cx: 6, cy: 6, r: 5.6, fill: colour })];
  if (status === "partly") return [s("circle", ring), s("path", { d: "M6 1A5 5 0 0 0 6 11Z", fill: colour })];
  if (status === "not_met") return [s("circle", ring)];
  if (status === "not_applicable") return [s("path", { d: "M1 6H11", stroke: colour, "stroke-width": 2 })];
  const lines = s("path", { d: "M0 5L5 0M0 11L11 0M4 12L12 4M9 12L12 9", stroke: "#9aa5b1", "stroke-width": 1 });
  const mark = s(
    "text",
    { x: 6, y: 10, "text-anchor": "middle", "font-size": 11, "font-weight": 700, fill: colour },
    "?",
  );
  return [lines, mark];
}

/** The mark of a status: ● ◐ ○ – and a hatched ?. */
export function statusMark(status: Status, size = 13): SVGSVGElement {
  const box = { viewBox: "0 0 12 12", width: size, height: size, class: "ll-mark", "aria-hidden": "true" };
  return s("svg", box, ...statusShape(status));
}
