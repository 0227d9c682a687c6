/** Colours and dashes of runs, and the colour scale of heat maps. */

/**
 * By a run's `colourIndex`; the colours are Okabe & Ito's, chosen per theme in `tokens.css` to have a contrast of at least 3:1, and
 * never the only difference.
 */
export const RUN_COLOURS = [
  'var(--run-0)',
  'var(--run-1)',
  'var(--run-2)',
  'var(--run-3)',
  'var(--run-4)',
  'var(--run-5)',
  'var(--run-6)',
  'var(--run-7)',
] as const;
const RUN_DASHES = [
  undefined,
  '7 3',
  '2 3',
  '10 3 2 3',
  '16 4',
  '6 2 2 2 2 2',
  '4 6',
  '1 5',
] as const;

export function runColour(colourIndex: number): string {
  return RUN_COLOURS[colourIndex % RUN_COLOURS.length] ?? RUN_COLOURS[0];
}

/** SVG `stroke-dasharray`; undefined for a solid line. */
export function runDash(colourIndex: number): string | undefined {
  return RUN_DASHES[colourIndex % RUN_DASHES.length];
}

/** The run that others are compared with is drawn heavier. */
export const lineWidth = (isBaseline: boolean): number => (isBaseline ? 3 : 1.75);

/** Equal steps of lightness and readable to the colour-blind: nine colours of viridis, dark to light. */
const SCALE: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

/** What has no value: a layer out of use, or a number that is not finite. */
const NO_VALUE: readonly [number, number, number] = [138, 138, 138];

/** Colour of a value on a log scale. @param range of its log10. */
export function scaleColour(
  value: number,
  [low, high]: readonly [number, number],
): readonly [number, number, number] {
  if (!(value > 0) || !Number.isFinite(value)) return NO_VALUE;
  return colourAt(Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low))));
}

/** @param share 0 (dark) … 1 (light) */
export function colourAt(share: number): readonly [number, number, number] {
  const at = share * (SCALE.length - 1);
  const below = Math.min(SCALE.length - 2, Math.floor(at));
  const [a, b] = [SCALE[below] ?? NO_VALUE, SCALE[below + 1] ?? NO_VALUE];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(a[channel] + (at - below) * (b[channel] - a[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** `rgb(…)` of a share of the scale. */
export const shareCss = (share: number): string =>
  `rgb(${colourAt(Math.min(1, Math.max(0, share))).join(' ')})`;

/** `rgb(…)` of a value. */
export function scaleCss(value: number, range: readonly [number, number]): string {
  return `rgb(${scaleColour(value, range).join(' ')})`;
}
