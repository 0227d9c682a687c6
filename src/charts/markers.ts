/** Places the labels of events beside their lines, in lanes below each other so that none overlap. */

/** An event; runs to which the same was done share one. */
export interface ChartMarker {
  /** On the chart's x axis. */
  readonly x: number;
  readonly label: string;
}

interface PlacedMarker {
  readonly at: number;
  readonly label: string;
  /** The label, shortened if necessary. */
  readonly short: string;
  /** Of the pill around it, in pixels; its inner edge is at the line. */
  readonly width: number;
  /** Counted from the top; null if no lane is free: the line then has no label. */
  readonly lane: number | null;
  readonly anchor: 'start' | 'end';
}

const LANES = 4;
const MAX_LETTERS = 30;
/** Average, relative to the font size. */
const LETTER_WIDTH = 0.58;
/** Of a pill, around its text on both sides. */
const PILL_PADDING = 6;
/** Between the line and its pill, and between two pills. */
export const PILL_GAP = 4;

/** Chinese characters count for more. */
const lettersOf = (text: string): number =>
  text.length + (text.match(/[\u2e80-\u9fff\uff00-\uffef]/g)?.length ?? 0) * 0.72;

/** @param plot pixels of its left and right edges. */
export function layOutMarkers(
  markers: readonly { readonly at: number; readonly label: string }[],
  [left, right]: readonly [number, number],
  fontSize: number,
): PlacedMarker[] {
  const taken: (readonly [number, number])[][] = Array.from({ length: LANES }, () => []);
  // The latest events matter most and get their lanes first.
  return [...markers]
    .sort((a, b) => b.at - a.at)
    .map(({ at, label }) => {
      const short = label.length > MAX_LETTERS ? `${label.slice(0, MAX_LETTERS - 1)}…` : label;
      const width = lettersOf(short) * fontSize * LETTER_WIDTH + 2 * PILL_PADDING;
      const reach = width + 2 * PILL_GAP;
      const sides = [
        { anchor: 'start' as const, span: [at, at + reach] as const },
        { anchor: 'end' as const, span: [at - reach, at] as const },
      ].filter(({ span: [from, to] }) => from >= left && to <= right + 2 * PILL_GAP);
      for (let lane = 0; lane < LANES; lane++) {
        for (const { anchor, span } of sides) {
          const isFree = taken[lane]?.every(([from, to]) => span[1] <= from || span[0] >= to);
          if (isFree !== true) continue;
          taken[lane]?.push(span);
          return { at, label, short, width, lane, anchor };
        }
      }
      return { at, label, short, width, lane: null, anchor: 'start' as const };
    })
    .reverse();
}
