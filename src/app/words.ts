/** Numbers and lists in sentences. */
import { t } from '../text/t.ts';

/** `1,500` */
export const counted = (steps: number): string => steps.toLocaleString('en-US');

/** A loss: `1.66` */
export const rounded = (value: number): string => value.toFixed(2);

/** Phrases in one line: `depth 56, no shortcuts`. */
export const inOneLine = (phrases: readonly string[]): string => phrases.join(t`, `);

/** `74 %` of a share. */
export const perCent = (share: number): string => `${(100 * share).toFixed(0)} %`;
