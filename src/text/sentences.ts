import { sentenceSpace } from './language.ts';

/** Sentences one after the other; empty ones are left out. */
export const sentences = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(sentenceSpace);
