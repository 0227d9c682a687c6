/** The page as a part of another page: `embed.html`, or `?embed`, without its settings and what leads away. */
import { withLanguage } from '../text/choice.ts';
import { language } from '../text/language.ts';

const ATTRIBUTE = 'data-embed';

/** Of `<html>`: style sheets go by it too. */
export const isEmbedded = (): boolean => document.documentElement.hasAttribute(ATTRIBUTE);

/** Called before anything is drawn. */
export function noteEmbedding(): void {
  if (new URLSearchParams(location.search).has('embed')) {
    document.documentElement.setAttribute(ATTRIBUTE, '');
  }
}

/** Parts that an embedded page goes without. */
export const EMBED_HIDES: readonly string[] = [
  ...['builder', 'data', 'weights', 'checkpoint', 'engine', 'kernel-times'],
  ...['experiments', 'share', 'tour', 'present', 'theme', 'language', 'add-run', 'export'],
];

/** The whole page's address, in the language of this one, with what is behind `#` in that of this one. */
export const fullUrl = (): string =>
  withLanguage(new URL(`./${location.hash}`, document.baseURI).href, language);
