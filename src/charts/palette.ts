/** Colours and dashes of runs, and the colour scale of gradient norms. */

/**
 * Per run slot; the colours are Okabe & Ito's, chosen per theme in `tokens.css` to have a contrast of at least 3:1, and
 * never the only difference.
 */
export const RUN_COLOURS = [
  'var(--run-0)',
  'var(--run-1)',
  'var(--run-2)',
  'var(--run-3)',
] as const;
const RUN_DASHES = [undefined, '7 3', '2 3', '10 3 2 3'] as const;

export function runColour(slot: number): string {
  return RUN_COLOURS[slot % RUN_COLOURS.length] ?? RUN_COLOURS[0];
}

/** SVG `stroke-dasharray`; undefined for a solid line. */
export function runDash(slot: number): string | undefined {
  return RUN_DASHES[slot % RUN_DASHES.length];
}

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

/** What has no norm: a layer out of use, or a value that is not finite. */
const NO_VALUE: readonly [number, number, number] = [138, 138, 138];

/** Colour of a gradient norm. @param range of log10 of the norm. */
export function normColour(
  norm: number,
  [low, high]: readonly [number, number],
): readonly [number, number, number] {
  if (!(norm > 0) || !Number.isFinite(norm)) return NO_VALUE;
  const share = Math.min(1, Math.max(0, (Math.log10(norm) - low) / (high - low)));
  const at = share * (SCALE.length - 1);
  const below = Math.min(SCALE.length - 2, Math.floor(at));
  const [a, b] = [SCALE[below] ?? NO_VALUE, SCALE[below + 1] ?? NO_VALUE];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(a[channel] + (at - below) * (b[channel] - a[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** `rgb(…)` of a gradient norm. */
export function normCss(norm: number, range: readonly [number, number]): string {
  return `rgb(${normColour(norm, range).join(' ')})`;
}
