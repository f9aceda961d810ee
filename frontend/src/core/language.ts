/** Words in Chinese and English, and numbers and dates as the interface writes them. */

export type Language = "zh" | "en";

/** A text in both languages, or one text for both. */
export type Text = string | { readonly zh: string; readonly en: string };

export type Words<Key extends string> = Readonly<Record<Key, { readonly zh: string; readonly en: string }>>;

/** The language of an element: the nearest `lang` attribute; Chinese unless it says English. */
export function languageOf(element: Element): Language {
  const lang = element.closest("[lang]")?.getAttribute("lang") ?? "zh";
  return lang.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** One language of a text. */
export function say(text: Text | undefined, language: Language): string {
  if (text === undefined) return "";
  return typeof text === "string" ? text : text[language];
}

/** A function that gives the words of a dictionary in one language, with `{name}` filled in. */
export function speaker<Key extends string>(words: Words<Key>, language: Language) {
  return (key: Key, values: Readonly<Record<string, string | number>> = {}): string =>
    words[key][language].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const wordUnknown = { zh: "待补", en: "unknown" } as const;

/** A number with grouped digits; unknown is a word, never 0 or a dash. */
export function formatNumber(value: number | null | undefined, language: Language, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return wordUnknown[language];
  return new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(value);
}

/** A share of 1 in per cent. */
export function formatShare(value: number | null | undefined, language: Language, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return wordUnknown[language];
  return `${(value * 100).toFixed(digits)} %`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** A date as 2026-11-23, or with the time as 2026-11-23 18:55, in the clock of the device. */
export function formatDate(date: Date, time = false): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return time ? `${day} ${two(date.getHours())}:${two(date.getMinutes())}` : day;
}
