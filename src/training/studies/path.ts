/** The path of training on its principal plane, and the training loss in that plane (Li et al. 2018, §7). */
import { batchLossOf } from './batchLoss.ts';
import { FlatWeights } from './flatWeights.ts';
import type { StudyPlan } from './kind.ts';
import { principalPlane } from './principalPlane.ts';
import type { PathResult, PathStudy, SurfaceResult } from './study.ts';
import { coordinate, surfaceOrder } from './surfaceGrid.ts';
import { t } from '../../text/t.ts';

/** A plane needs three points. */
const FEWEST_POINTS = 3;
/** Of the drawn square over the path's own extent. */
const MARGIN = 1.3;

export function planPath(study: PathStudy): StudyPlan<PathResult, PathResult> {
  return {
    needs: [{ split: 'train', images: study.images }],
    async *run(context) {
      const { trail } = context.subject;
      const weights = trail.at(-1)?.weights;
      if (weights === undefined || trail.length < FEWEST_POINTS) {
        throw new Error(
          t`Too little of its path is kept: train some ten steps and ask again. A kept run has none, nor has a network of more than 3.2 million parameters.`,
        );
      }
      const images = context.images('train', study.images);
      const batchLoss = await batchLossOf(context, images);
      const flat = new FlatWeights(batchLoss.graph);
      const plane = principalPlane(trail.map((point) => flat.vectorOf(point.weights)));
      const { centre, range } = squareAround(plane.points);
      const batches = Math.max(1, Math.floor(images / batchLoss.batchSize));
      const { size } = study;
      const total = size * size;
      const loss = new Float64Array(total);
      const accuracy = new Float32Array(total);
      let known = 0;
      const result = (): PathResult => {
        const surface: SurfaceResult = {
          ...{ kind: 'surface', images: batches * batchLoss.batchSize, size, range, known },
          ...{ loss: loss.slice(), accuracy: accuracy.slice() },
        };
        const points = plane.points.map(([x, y], i) => ({ step: trail[i]?.step ?? 0, x, y }));
        return { kind: 'path', points, shares: plane.shares, centre, surface };
      };
      const end = flat.vectorOf(weights);
      const [first, second] = plane.directions;
      for (const { i, j } of surfaceOrder(size)) {
        const [a, b] = [
          centre[0] + coordinate({ size, range }, i),
          centre[1] + coordinate({ size, range }, j),
        ];
        const moved = end.map((w, k) => w + a * (first[k] ?? 0) + b * (second[k] ?? 0));
        const at = j * size + i;
        for (let batch = 0; batch < batches; batch++) {
          const step = await batchLoss.step(flat.with(weights, moved), batch);
          loss[at] = (loss[at] ?? 0) + step.loss / batches;
          accuracy[at] = (accuracy[at] ?? 0) + step.accuracy / batches;
          if (batch === batches - 1) known++;
          const done = known + (batch < batches - 1 ? (batch + 1) / batches : 0);
          if (context.isDue()) yield { done, total, partial: result() };
        }
      }
      return result();
    },
  };
}

/** The square that holds the path, with a margin. */
function squareAround(points: readonly (readonly [number, number])[]): {
  readonly centre: readonly [number, number];
  /** Half a side. */
  readonly range: number;
} {
  const extent = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [left, right] = extent(points.map(([x]) => x));
  const [bottom, top] = extent(points.map(([, y]) => y));
  return {
    centre: [(left + right) / 2, (bottom + top) / 2],
    range: (MARGIN * Math.max(right - left, top - bottom)) / 2,
  };
}
