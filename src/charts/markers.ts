/** Places the labels of events beside their lines, in lanes below each other so that none overlap. */

/** An event; runs to which the same was done share one. */
export interface ChartMarker {
  /** On the chart's x axis. */
  readonly x: number;
  readonly label: string;
  /** The part of the label that gives way where it is too long; null: none does. */
  readonly who: string | null;
}

type Label = Pick<ChartMarker, 'label' | 'who'>;

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
/** Letters of a name that still tell it. */
const LEAST_NAME = 4;
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
  markers: readonly (Label & { readonly at: number })[],
  [left, right]: readonly [number, number],
  fontSize: number,
): PlacedMarker[] {
  const taken: (readonly [number, number])[][] = Array.from({ length: LANES }, () => []);
  // The latest events matter most and get their lanes first.
  return [...markers]
    .sort((a, b) => b.at - a.at)
    .map(({ at, label, who }) => {
      const short = shortened({ label, who });
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

/** What was done matters more than to whom, which the title and the card say. */
function shortened({ label, who }: Label): string {
  const excess = label.length - MAX_LETTERS;
  if (excess <= 0) return label;
  const kept = (who?.length ?? 0) - excess - 1;
  if (who !== null && kept >= LEAST_NAME) {
    return `${who.slice(0, kept).replace(/ \(.*$/, '')}…${label.slice(who.length)}`;
  }
  return `${label.slice(0, MAX_LETTERS - 1)}…`;
}
