/** One property of a feature or row as people read it. */

import { formatNumber, formatShare, type Language, say, type Text } from "./language.ts";
import { readStatus, STATUS_WORDS } from "./palette.ts";

export type Format = "number" | "share" | "date" | "status" | "text";

/** A property of a feature that people read, in the popup and in the table. */
export interface Field {
  readonly key: string;
  readonly label: Text;
  readonly unit?: Text;
  readonly format?: Format;
  readonly digits?: number;
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value));
}

/** A value in words, without its unit. */
export function formatValue(value: unknown, format: Format | undefined, language: Language, digits?: number): string {
  if (format === "status") return STATUS_WORDS[readStatus(value)][language];
  if (isMissing(value)) return formatNumber(null, language);
  if (format === "share") return formatShare(Number(value), language, digits ?? 0);
  if (format === "number" || typeof value === "number") return formatNumber(Number(value), language, digits ?? 1);
  if (format === "date") return String(value).slice(0, 10);
  return String(value);
}

/** A value of a field with its unit. */
export function formatField(value: unknown, field: Field, language: Language): string {
  const text = formatValue(value, field.format, language, field.digits);
  const unit = say(field.unit, language);
  return unit && !isMissing(value) ? `${text} ${unit}` : text;
}
