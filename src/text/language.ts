/**
 * The language of the page, known before any text is put together. A page keeps its language for as long as it is open;
 * choosing another one reloads it. Workers are named after it: `new Worker(url, { type: 'module', name: language })`.
 */
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

async function loadCatalogue(): Promise<Catalogue | null> {
  try {
    // A file and no module: the page and its workers, which are built apart, share it.
    const response = await fetch(new URL('./zh-CN.json', import.meta.url));
    const texts: unknown = response.ok ? await response.json() : null;
    return isCatalogue(texts) ? texts : null;
  } catch {
    return null;
  }
}

// A declaration: what follows the await above is not there yet when it is called.
function isCatalogue(texts: unknown): texts is Catalogue {
  return (
    typeof texts === 'object' &&
    texts !== null &&
    Object.values(texts).every((text) => typeof text === 'string')
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
