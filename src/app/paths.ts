/** Paths of training on the page. */
import type { PathResult } from '../training/studies/study.ts';
import { coordinate, surfaceOrder } from '../training/studies/surfaceGrid.ts';
import { csvLine } from './csvCell.ts';

interface NamedPath {
  readonly name: string;
  readonly result: PathResult;
}

/** The path's points with their steps, then the known points of the plane with their losses. */
export function pathsCsv(paths: readonly NamedPath[]): string {
  const lines = paths.flatMap(({ name, result: { points, centre, surface } }) => [
    ...points.map(({ step, x, y }) =>
      csvLine([name, step, surface.images, x, y, undefined, undefined], true),
    ),
    ...surfaceOrder(surface.size)
      .slice(0, surface.known)
      .map(({ i, j }) => {
        const at = j * surface.size + i;
        const place = [
          centre[0] + coordinate(surface, i),
          centre[1] + coordinate(surface, j),
          ...[surface.loss[at], surface.accuracy[at]],
        ];
        return csvLine([name, undefined, surface.images, ...place], true);
      }),
  ]);
  return ['run,step,images,first direction,second direction,loss,accuracy', ...lines, ''].join(
    '\n',
  );
}
