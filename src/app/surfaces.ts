/** Loss surfaces on the page: what is known of them, as far as they have been computed. */
import type { SurfaceResult, SurfaceStudy } from '../training/studies/study.ts';
import { csvLine } from './csvCell.ts';
import { coordinate, type SurfacePoint, surfaceOrder } from '../training/studies/surfaceGrid.ts';

/** Losses above the least by more than this many powers of ten look alike. */
const MAX_DECADES = 4;

/** Before its first point is computed. */
export function unknownSurface({ images, size, range }: SurfaceStudy): SurfaceResult {
  const loss = new Float64Array(size * size);
  const accuracy = new Float32Array(size * size);
  return { kind: 'surface', images, size, range, known: 0, loss, accuracy };
}

const orders = new Map<number, readonly SurfacePoint[]>();

/** `surfaceOrder`, kept. */
function orderOf(size: number): readonly SurfacePoint[] {
  const known = orders.get(size) ?? surfaceOrder(size);
  orders.set(size, known);
  return known;
}

/** Which points are known, [size, size]. */
export function knownPoints({ size, known }: SurfaceResult): readonly boolean[] {
  const points = new Array<boolean>(size * size).fill(false);
  for (const { i, j } of orderOf(size).slice(0, known)) points[j * size + i] = true;
  return points;
}

/**
 * A loss for every point, [size, size]: the computed one, else interpolated between the points of the finest grid that
 * is whole. Null before there is one.
 */
export function filledSurface(surface: SurfaceResult): Float64Array | null {
  const { size, loss, known } = surface;
  const order = orderOf(size);
  const reaches = [...new Set(order.map(({ reach }) => reach))];
  const whole = reaches.filter((reach) => order.findLastIndex((p) => p.reach === reach) < known);
  const every = whole.at(-1);
  if (every === undefined) return null;
  const filled = Float64Array.from(loss);
  if (known < size * size) {
    const isKnown = knownPoints(surface);
    for (let at = 0; at < filled.length; at++) {
      if (isKnown[at] !== true) filled[at] = between(surface, every, at % size, at / size);
    }
  }
  return filled;
}

/** Bilinear between the known points every `every`; beyond the outermost ones their value. */
function between({ size, loss }: SurfaceResult, every: number, x: number, row: number): number {
  const middle = (size - 1) / 2;
  const reach = Math.floor(middle / every) * every;
  const place = (n: number) => {
    const inside = Math.min(reach, Math.max(-reach, n - middle));
    const low = Math.min(reach - every, Math.floor(inside / every) * every);
    return { low: low + middle, high: low + every + middle, share: (inside - low) / every };
  };
  const [column, line] = [place(x), place(Math.floor(row))];
  const value = (i: number, j: number) => loss[j * size + i] ?? Number.NaN;
  const along = (j: number) =>
    value(column.low, j) * (1 - column.share) + value(column.high, j) * column.share;
  return along(line.low) * (1 - line.share) + along(line.high) * line.share;
}

/** The range of losses over all surfaces that gets colours of its own; null where nothing is known. */
export function lossRange(surfaces: readonly SurfaceResult[]): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const surface of surfaces) {
    for (const { i, j } of orderOf(surface.size).slice(0, surface.known)) {
      const loss = surface.loss[j * surface.size + i] ?? Number.NaN;
      if (!(loss > 0) || !Number.isFinite(loss)) continue;
      low = Math.min(low, loss);
      high = Math.max(high, loss);
    }
  }
  if (low > high) return null;
  const capped = Math.min(high, low * 10 ** MAX_DECADES);
  return capped > low ? [low, capped] : [low / 1.1, low * 1.1];
}

interface NamedSurface {
  readonly name: string;
  readonly step: number | null;
  readonly result: SurfaceResult;
}

/** `run,step,images,a,b,loss,accuracy`, only the points that are known. */
export function surfacesCsv(surfaces: readonly NamedSurface[]): string {
  const lines = surfaces.flatMap(({ name, step, result }) =>
    orderOf(result.size)
      .slice(0, result.known)
      .map(({ i, j }) => {
        const at = j * result.size + i;
        const [a, b] = [coordinate(result, i), coordinate(result, j)];
        const numbers = [a, b, result.loss[at], result.accuracy[at]];
        return csvLine([name, step ?? undefined, result.images, ...numbers], true);
      }),
  );
  return ['run,step,images,first direction,second direction,loss,accuracy', ...lines, ''].join(
    '\n',
  );
}
