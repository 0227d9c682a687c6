/** SVG path data. */

interface XY {
  readonly x: number;
  readonly y: number;
}

const round = (value: number) => Math.round(10 * value) / 10;

/** A line through the points; points that are not finite are skipped. */
export function linePath(points: readonly XY[]): string {
  const drawn = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  return drawn.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

/** Circles of radius `r` in one path: as nodes they would outnumber the rest of the chart. */
export function dotsPath(points: readonly XY[], r: number): string {
  return points
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .map(
      ({ x, y }) =>
        `M${round(x - r)} ${round(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
    )
    .join('');
}

/** Triangles whose tips are at the points, `r` to either side and below: marks of what lies beyond an edge. */
export const trianglesPath = (points: readonly XY[], r: number): string =>
  points.map(({ x, y }) => `M${round(x)} ${round(y + 1)}l${r} ${2 * r}h${-2 * r}z`).join('');
