/** What readers of one's own images need and report. */
import type { Codecs } from '../image/codecs.ts';

export interface Reading {
  readonly codecs: Codecs;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how much has been read, for people: `1,200 of 5,000 images`. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

const MOST_NAMED = 3;

/** `a.png (not a PNG), b.png (empty) and 7 more` */
export function namedFew(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, more === 1 ? MOST_NAMED + 1 : MOST_NAMED);
  return more > 1
    ? `${shown.join(', ')} and ${more.toLocaleString('en-US')} more`
    : shown.join(', ');
}
