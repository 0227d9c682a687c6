/** Chinese characters and their punctuation, which are square. */
const WIDE = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60]/g;

/** Estimated width of a text, relative to its font size. @param letter the average width of other characters. */
export function textEms(text: string, letter: number): number {
  const wide = text.match(WIDE)?.length ?? 0;
  return wide + letter * (text.length - wide);
}
