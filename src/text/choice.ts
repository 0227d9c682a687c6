/** The languages that the page speaks, and which one is wanted. */
import { localArea, readText, writeText } from '../storage/webStorage.ts';

/** By BCP 47 tags, each in its own words. English is what the source is written in. */
export const LANGUAGES = { en: 'English', 'zh-CN': '中文' } as const;
export type Language = keyof typeof LANGUAGES;

/** In the page's address: `?lang=zh-CN`. */
const PARAMETER = 'lang';
const KEY = 'language';

/** The language that a tag asks for; null where the page does not speak it. */
export function languageOf(tag: string | null | undefined): Language | null {
  const [primary] = (tag ?? '').toLowerCase().split('-');
  return primary === 'zh' ? 'zh-CN' : primary === 'en' ? 'en' : null;
}

/** As the address says, as was chosen here before, or as the browser prefers. In a worker: as the page has it. */
export function wantedLanguage(): Language {
  // Node, whose messages are English.
  if (typeof self === 'undefined') return 'en';
  if (typeof document === 'undefined') return languageOf(self.name) ?? 'en';
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  const preferred = navigator.languages.flatMap((tag) => languageOf(tag) ?? [])[0];
  return languageOf(asked) ?? languageOf(readText(localArea, KEY)) ?? preferred ?? 'en';
}

/**
 * Keeps the choice for later visits. @returns the address that opens the page in that language; it names the language only
 * where the choice could not be kept, so that a link that is passed on chooses nothing for others.
 */
export function chooseLanguage(next: Language, address: string): string {
  writeText(localArea, KEY, next);
  const isKept = readText(localArea, KEY) === next;
  return withLanguage(address, isKept ? null : next);
}

/** @param language null: the address names none. */
export function withLanguage(address: string, language: Language | null): string {
  const url = new URL(address);
  if (language === null) url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, language);
  return url.href;
}
