/**
 * The language of the page, known before any text is put together. A page keeps its language for as long as it is open;
 * choosing another one reloads it. Workers are named after it: `new Worker(url, { type: 'module', name: language })`.
 */
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

/** As the address says, as was chosen here before, or as the browser prefers. */
function chosen(): Language {
  // Node, whose messages are English.
  if (typeof self === 'undefined') return 'en';
  if (typeof document === 'undefined') return languageOf(self.name) ?? 'en';
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  const preferred = navigator.languages.flatMap((tag) => languageOf(tag) ?? [])[0];
  return languageOf(asked) ?? languageOf(readText(localArea, KEY)) ?? preferred ?? 'en';
}

export const language: Language = chosen();

/** The one to change to. */
export const otherLanguage: Language = language === 'en' ? 'zh-CN' : 'en';

/** For dates and lists. */
export const locale = language === 'en' ? 'en-GB' : language;

/** Between two sentences. A full stop of Chinese has room after it. */
export const sentenceSpace = language === 'en' ? ' ' : '';

const names = new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' });

/** `Plain-20, ResNet-20` */
export const listed = (items: readonly string[]): string => names.format(items);

/** Keeps the choice for later visits. @returns the address of the page in that language. */
export function chooseLanguage(next: Language, address: string): string {
  writeText(localArea, KEY, next);
  const url = new URL(address);
  url.searchParams.set(PARAMETER, next);
  return url.href;
}
