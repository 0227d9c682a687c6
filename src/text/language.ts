/**
 * The language of the page, known before any text is put together. A page keeps its language for as long as it is open;
 * choosing another one reloads it. Workers are named after it: `new Worker(url, { type: 'module', name: language })`.
 */
import { loadChunk } from '../chunk.ts';
import { type Language, wantedLanguage } from './choice.ts';
import { holdMessages } from './heldMessages.ts';

type Catalogue = Readonly<Record<string, string>>;

const wanted = wantedLanguage();
const loading = wanted === 'en' ? null : loadCatalogue();
if (typeof self !== 'undefined' && typeof document === 'undefined') {
  holdMessages(loading ?? Promise.resolve());
}

/**
 * Null: English, or a catalogue that could not be loaded. Awaited here, so that texts of tables are translated, too; every
 * module with a text waits for it.
 */
export const catalogue: Catalogue | null = loading === null ? null : await loading;

export const language: Language = catalogue === null ? 'en' : wanted;

function loadCatalogue(): Promise<Catalogue | null> {
  return loadChunk(() => import('./zh-CN.json')).then(
    ({ default: texts }) => texts,
    () => null,
  );
}

/** The one to change to. */
export const otherLanguage: Language = language === 'en' ? 'zh-CN' : 'en';

/** For dates and lists. */
export const locale = language === 'en' ? 'en-GB' : language;

/** Between two sentences. A full stop of Chinese has room after it. */
export const sentenceSpace = language === 'en' ? ' ' : '';

const names = new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' });

/** `Plain-20, ResNet-20` */
export const listed = (items: readonly string[]): string => names.format(items);
