/** Contours of a loss surface: the levels that all networks share, their colours, and the paths along them. */
import { contours } from 'd3-contour';
import { shareCss } from '../palette.ts';
import { type Domain, scaleOf } from '../scale.ts';
import { roundStep } from '../ticks.ts';

/** Contour lines over the whole range, roughly. */
const LEVELS = 16;

/** Numbers roughly evenly spaced on a log scale, by their count per decade (ISO 3, rounded). */
const PREFERRED: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 1.6, 2.5, 4, 6.3],
  [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8],
  [1, 1.1, 1.25, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3.2, 3.6, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9],
];

/** The colour scale of losses onto `length` pixels, or onto shares from 0 to 1. */
export const lossScale = (losses: Domain, length = 1) => scaleOf(losses, [0, length], losses.log);

/** Round losses within the range, ascending, evenly spaced on its scale. */
export function contourLevels({ from, to, log }: Domain): readonly number[] {
  const decades = Math.log10(to / from);
  const series = log
    ? PREFERRED.find((numbers) => numbers.length * decades >= LEVELS * 0.7)
    : undefined;
  if (series === undefined) {
    // Over less than half a decade, equal steps are hardly uneven on a log scale either.
    const step = roundStep((to - from) / LEVELS);
    const first = Math.ceil(from / step + 1e-9);
    const last = Math.floor(to / step - 1e-9);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  }
  const levels: number[] = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power < to; power++) {
    levels.push(...series.map((number) => Number((number * 10 ** power).toPrecision(6))));
  }
  return levels.filter((level) => level > from && level < to);
}

/** The areas between contour lines: their shares of the colour scale, and their colours. */
export function colourBands(losses: Domain) {
  const { at } = lossScale(losses);
  const shares = [0, ...contourLevels(losses).map(at), 1];
  return shares.slice(1).map((to, i) => {
    const from = shares[i] ?? 0;
    return { from, to, colour: shareCss((from + to) / 2) };
  });
}

interface Contour {
  readonly level: number;
  /** Where the loss is at least `level`, in units of the box: 0 … `side`, y down. */
  readonly path: string;
}

/**
 * Marching squares. The grid's first points lie on the left and bottom edges of the box, its last on the others.
 * @param values [size, size], first row first; drawn with the first row at the bottom.
 */
export function contourPaths(
  values: Float64Array,
  size: number,
  levels: readonly number[],
  losses: Domain,
  side: number,
): readonly Contour[] {
  const { at } = lossScale(losses);
  // Interpolated on the scale that is drawn.
  const shares = Array.from(values, (loss) =>
    Number.isFinite(loss) ? Math.min(4, Math.max(-1, at(loss))) : 4,
  );
  const generate = contours().size([size, size]);
  return levels.map((level) => {
    const { coordinates } = generate.contour(shares, at(level));
    // d3's points lie half a cell from its edges, where it closes the outermost rings.
    const place = (n: number) => Math.min(1, Math.max(0, (n - 0.5) / (size - 1))) * side;
    const ring = (points: readonly (readonly number[])[]) =>
      `M${points
        .map(([x = 0, y = 0]) => `${place(x).toFixed(1)} ${(side - place(y)).toFixed(1)}`)
        .join('L')}Z`;
    return { level, path: coordinates.map((polygon) => polygon.map(ring).join('')).join('') };
  });
}

interface LevelLabel {
  readonly level: number;
  /** In units of the box, y down. */
  readonly x: number;
  readonly y: number;
}

/** Where contour lines cross the line from the middle straight up, at least `gap` apart. */
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
