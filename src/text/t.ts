/**
 * The texts of the page. The source says them in English, as t`${name} diverged at step ${step}.`; a catalogue has them
 * in another language, under the English with numbered gaps: `{0} diverged at step {1}.`
 */
import { loadChunk } from '../chunk.ts';
import { holdMessages } from './heldMessages.ts';
import { language } from './language.ts';

type Catalogue = Readonly<Record<string, string>>;

/** Null: English, or a catalogue that could not be loaded. Awaited here, so that texts of tables are translated, too. */
const catalogue: Catalogue | null = language === 'en' ? null : await loadCatalogue();

function loadCatalogue(): Promise<Catalogue | null> {
  const loading = loadChunk(() => import('./zh-CN.json')).then(
    ({ default: texts }) => texts,
    () => null,
  );
  if (typeof document === 'undefined') holdMessages(loading);
  return loading;
}

/** What a catalogue has it under. */
export const keyOf = (parts: readonly string[]): string =>
  parts.map((part, i) => (i === 0 ? part : `{${i - 1}}${part}`)).join('');

/** A text in the page’s language; in English where it is not translated. Values are put in as they are. */
export const t = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  translate(catalogue, parts, values);

/** In English whatever the page’s language is: for what is written for elsewhere. */
export const english: typeof t = (parts, ...values) => translate(null, parts, values);

export function translate(
  texts: Catalogue | null,
  parts: readonly string[],
  values: readonly (string | number)[],
): string {
  const key = keyOf(parts);
  // An empty one waits for its translation.
  const text = texts?.[key] || key;
  const full = text.replaceAll(/\{(\d+)\}/g, (gap, i: string) => String(values[Number(i)] ?? gap));
  // Full-width marks, which a value may end with, have their space inside.
  return texts === null
    ? full
    : full.replaceAll(/([，。：；、！？）”]) (?=\p{Script=Han})/gu, '$1');
}
