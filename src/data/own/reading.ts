/** What readers of one's own images need and report. */
import { t } from '../../text/t.ts';
import type { Codecs } from '../image/codecs.ts';

export interface Reading {
  readonly codecs: Codecs;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how much has been read, for people: `1,200 of 5,000 images`. */
  readonly onProgress?: ((text: string) => void) | undefined;
}

const digits = (n: number): string => n.toLocaleString('en-US');

export const countedImages = (n: number): string => (n === 1 ? t`1 image` : t`${digits(n)} images`);
export const countedLabels = (n: number): string => (n === 1 ? t`1 label` : t`${digits(n)} labels`);
export const countedFiles = (n: number): string => (n === 1 ? t`1 file` : t`${digits(n)} files`);

const MOST_NAMED = 3;

/** `a.png (not a PNG), b.png (empty) and 7 more` */
export function namedFew(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const shown = names.slice(0, more === 1 ? MOST_NAMED + 1 : MOST_NAMED);
  return more > 1 ? t`${shown.join(', ')} and ${digits(more)} more` : shown.join(', ');
}
