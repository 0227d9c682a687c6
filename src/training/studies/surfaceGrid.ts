/** The points of a loss surface: where they lie, and in which order they are computed. */

interface SurfaceGrid {
  /** Points along each side; odd, so that the middle one is the trained net. */
  readonly size: number;
  /** Coordinates run from −range to range. */
  readonly range: number;
}

/** Coordinate of the i-th of `size` points; exactly 0 in the middle. */
export function coordinate({ size, range }: SurfaceGrid, i: number): number {
  const middle = (size - 1) / 2;
  return (range * (i - middle)) / middle;
}

export interface SurfacePoint {
  /** Column, along the first direction. */
  readonly i: number;
  /** Row, along the second. */
  readonly j: number;
  /** Points to the next known one when this one is computed: how far it may stand for its neighbours. */
  readonly reach: number;
}

/** Every point once: the middle first, then ever finer grids, so that a whole picture is there early. */
export function surfaceOrder(size: number): readonly SurfacePoint[] {
  const middle = (size - 1) / 2;
  const points: SurfacePoint[] = [];
  let reach = 1;
  while (2 * reach <= middle) reach *= 2;
  for (let coarser = 0; reach >= 1; coarser = reach, reach /= 2) {
    const isOn = (n: number, every: number) => every > 0 && (n - middle) % every === 0;
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) {
        if (!isOn(i, reach) || !isOn(j, reach)) continue;
        if (isOn(i, coarser) && isOn(j, coarser)) continue;
        points.push({ i, j, reach });
      }
    }
  }
  const centre = points.findIndex(({ i, j }) => i === middle && j === middle);
  const [first] = points.splice(centre, 1);
  return first === undefined ? points : [first, ...points];
}
