/** The catalogue of the page's texts in Chinese, `src/text/zh-CN.json`: every text of the source in English, and its translation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textsOf } from './texts.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const FILE = join(ROOT, 'src/text/zh-CN.json');

type Catalogue = Record<string, string>;

export const readCatalogue = (file = FILE): Catalogue => {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${file} is no catalogue`);
  return Object.fromEntries(
    Object.entries(parsed).map(([key, text]) => {
      if (typeof text !== 'string') throw new Error(`${file}: no text under ${key}`);
      return [key, text];
    }),
  );
};

/**
 * Writes the catalogue anew, in the order of the source: texts that are gone are left out, new ones wait, empty, for
 * their translation. Translations are taken from `files`, too. @returns how many wait.
 */
export function updateCatalogue(files: readonly string[]): number {
  const known = Object.assign({}, ...[FILE, ...files].map((file) => readCatalogue(file)));
  const texts = Object.fromEntries(
    [...textsOf(ROOT).keys.keys()].map((key) => [key, known[key] ?? '']),
  );
  writeFileSync(FILE, `${JSON.stringify(texts, null, 2)}\n`);
  const waiting = Object.keys(texts).filter((key) => texts[key] === '');
  console.log(`${Object.keys(texts).length} texts, ${waiting.length} not translated.`);
  for (const key of waiting) console.log(`  ${JSON.stringify(key)}`);
  return waiting.length === 0 ? 0 : 1;
}

/** What a translation must have in common with the text: its gaps and marks, each as often as it likes but at least once. */
export const gapsAndMarks = (text: string): string[] =>
  [...new Set(text.match(/\{\d+\}|<\/?\w+\/?>/g))].sort();
