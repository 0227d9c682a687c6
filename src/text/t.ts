/**
 * The texts of the page. The source says them in English, as t`${name} diverged at step ${step}.`; a catalogue has them
 * in another language, under the English with numbered gaps: `{0} diverged at step {1}.`
 */
import { catalogue } from './language.ts';

/** A gap, its number, and a space behind it. */
const GAP = /\{(\d+)\}( ?)/g;
const FULL_WIDTH_END = /[，。：；、！？）”]$/;
const HAN = /\p{Script=Han}/u;

/** What a catalogue has it under. */
export const keyOf = (parts: readonly string[]): string =>
  parts.map((part, i) => (i === 0 ? part : `{${i - 1}}${part}`)).join('');

/** A text in the page’s language; in English where it is not translated. Values are put in as they are. */
export const t = (parts: TemplateStringsArray, ...values: readonly (string | number)[]): string =>
  translate(catalogue, parts, values);

/** In English whatever the page’s language is: for what is written for elsewhere. */
export const english: typeof t = (parts, ...values) => translate(null, parts, values);

export function translate(
  texts: Readonly<Record<string, string>> | null,
  parts: readonly string[],
  values: readonly (string | number)[],
): string {
  const key = keyOf(parts);
  // An empty one waits for its translation.
  const text = texts?.[key] || key;
  return text.replaceAll(GAP, (gap, i: string, mark: string, offset: number) => {
    const value = String(values[Number(i)] ?? gap);
    // In Chinese, a full-width mark at the end of a value has its space inside.
    const isFull = texts !== null && mark === ' ' && FULL_WIDTH_END.test(value);
    return isFull && HAN.test(text.charAt(offset + i.length + 3)) ? value : value + mark;
  });
}
