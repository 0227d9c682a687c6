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

/** SVG `stroke-dasharray`; undefined for a solid line. Where colours come again, they do so with other dashes. */
export function runDash(colourIndex: number): string | undefined {
  const round = Math.floor(colourIndex / RUN_COLOURS.length);
  return RUN_DASHES[(colourIndex + round) % RUN_DASHES.length];
}

/** The baseline, with which other runs are compared, is drawn heavier. */
export const lineWidth = (isBaseline: boolean): number => (isBaseline ? 3 : 1.75);

export type Rgb = readonly [red: number, green: number, blue: number];

/** A share of the way between two colours, 0–1. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(a[i] + share * (b[i] - a[i]));
  return [channel(0), channel(1), channel(2)];
}

/** A share of the way along evenly spaced colours, 0–1. */
export function mixAlong(colours: readonly [Rgb, Rgb, ...Rgb[]], share: number): Rgb {
  const at = share * (colours.length - 1);
  const below = Math.min(colours.length - 2, Math.floor(at));
  const a = colours[below] ?? colours[0];
  return mix(a, colours[below + 1] ?? a, at - below);
}

/** Nine colours of viridis, dark to light: even steps of lightness, readable to the colour-blind. */
const VIRIDIS: readonly [Rgb, Rgb, ...Rgb[]] = [
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

/** For layers out of use and numbers that are not finite. */
export const NO_VALUE: Rgb = [138, 138, 138];

/** Colour of a value on a log scale. @param range of its log10. */
export function scaleColour(value: number, [low, high]: readonly [number, number]): Rgb {
  if (!(value > 0) || !Number.isFinite(value)) return NO_VALUE;
  return shareColour((Math.log10(value) - low) / (high - low));
}

/** @param share 0 (dark) … 1 (light), clamped. */
const shareColour = (share: number): Rgb => mixAlong(VIRIDIS, Math.min(1, Math.max(0, share)));

/** `rgb(…)` of a share of the scale. */
export const shareCss = (share: number): string => `rgb(${shareColour(share).join(' ')})`;

/** `rgb(…)` of a value. */
export function scaleCss(value: number, range: readonly [number, number]): string {
  return `rgb(${scaleColour(value, range).join(' ')})`;
}
