/** Contours of a loss surface: levels that both nets share, and paths at these levels. */
import { contours } from 'd3-contour';
import { colourAt } from '../palette.ts';

/** Contour lines over the whole range, about. */
const LEVELS = 16;

/** Numbers about evenly apart on a log scale, by their count in a power of ten (ISO 3, rounded). */
const PREFERRED: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 1.6, 2.5, 4, 6.3],
  [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8],
  [1, 1.1, 1.25, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3.2, 3.6, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9],
];

export interface LossScale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
}

/** 0 … 1 within the scale, not cut off. */
export function shareOf({ low, high, isLog }: LossScale, loss: number): number {
  const f = isLog ? Math.log10 : (x: number) => x;
  return (f(loss) - f(low)) / (f(high) - f(low));
}

/** The loss at `share` of the scale. */
export function lossAt({ low, high, isLog }: LossScale, share: number): number {
  return isLog ? low * (high / low) ** share : low + share * (high - low);
}

/** Colour of a share of the scale, viridis: `rgb(…)`. */
export function scaleColour(share: number): string {
  return `rgb(${colourAt(Math.min(1, Math.max(0, share))).join(' ')})`;
}

/** Round losses within the scale, ascending, evenly apart on it. */
export function contourLevels({ low, high, isLog }: LossScale): readonly number[] {
  if (!isLog) {
    const step = roundStep((high - low) / LEVELS);
    return multiples(low, high, step);
  }
  const decades = Math.log10(high / low);
  const series = PREFERRED.find((numbers) => numbers.length * decades >= LEVELS * 0.7);
  // Over less than half a power of ten lines evenly apart are hardly less so on a log scale.
  if (series === undefined) return multiples(low, high, roundStep((high - low) / LEVELS));
  const levels: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power < high; power++) {
    levels.push(...series.map((number) => Number((number * 10 ** power).toPrecision(6))));
  }
  return levels.filter((level) => level > low && level < high);
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step + 1e-9);
  const last = Math.floor(high / step - 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

export interface Contour {
  readonly level: number;
  /** Where the loss is at least `level`, in units of the box: 0 … `side`, y down. */
  readonly path: string;
}

/**
 * Marching squares. Points lie on the box's edges: the first at 0, the last at `side`.
 * @param values [size, size], first row first; drawn with the first row at the bottom.
 */
export function contourPaths(
  values: Float64Array,
  size: number,
  levels: readonly number[],
  scale: LossScale,
  side: number,
): readonly Contour[] {
  // Straight lines between points are straight on the scale that is drawn.
  const shares = Array.from(values, (loss) =>
    Number.isFinite(loss) ? Math.min(4, Math.max(-1, shareOf(scale, loss))) : 4,
  );
  const generate = contours().size([size, size]);
  return levels.map((level) => {
    const { coordinates } = generate.contour(shares, shareOf(scale, level));
    // Cell centres of the grid lie half a cell in; the outermost rings run around the outside and are cut there.
    const place = (n: number) => Math.min(1, Math.max(0, (n - 0.5) / (size - 1))) * side;
    const ring = (points: readonly (readonly number[])[]) =>
      `M${points
        .map(([x = 0, y = 0]) => `${place(x).toFixed(1)} ${(side - place(y)).toFixed(1)}`)
        .join('L')}Z`;
    return { level, path: coordinates.map((polygon) => polygon.map(ring).join('')).join('') };
  });
}

export interface LevelLabel {
  readonly level: number;
  /** In units of the box, y down. */
  readonly x: number;
  readonly y: number;
}

/** Where lines cross the way from the middle straight up, at least `gap` apart. */
export function levelLabels(
  values: Float64Array,
  size: number,
  levels: readonly number[],
  side: number,
  gap: number,
): readonly LevelLabel[] {
  const middle = (size - 1) / 2;
  const at = (j: number) => values[j * size + middle] ?? Number.NaN;
  const labels: LevelLabel[] = [];
  let last = side / 2 - gap / 2;
  for (let j = middle; j < size - 1; j++) {
    const [from, to] = [at(j), at(j + 1)];
    const crossed = levels.filter((level) => level > from && level <= to);
    for (const level of crossed) {
      const y = side - ((j + (level - from) / (to - from)) / (size - 1)) * side;
      if (last - y < gap || y < gap / 2) continue;
      labels.push({ level, x: side / 2, y });
      last = y;
    }
  }
  return labels;
}
