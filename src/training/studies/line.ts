/**
 * Linear mode connectivity (Frankle, Dziugaite, Roy, Carbin 2020): loss and accuracy on the straight line between two
 * trained nets.
 */
import { endsOf, scoresAt } from './between.ts';
import { batchLossOf } from './batchLoss.ts';
import { interpolated } from './interpolation.ts';
import type { StudyPlan } from './kind.ts';
import type { LineResult, LineRow, LineStudy } from './study.ts';

export function planLine({ images: wanted, points }: LineStudy): StudyPlan<LineResult, LineResult> {
  return {
    needs: [
      { split: 'train', images: wanted },
      { split: 'test', images: wanted },
    ],
    async *run(context) {
      const { from, to, toStep } = endsOf(context);
      const images = context.images('train', wanted);
      const testImages = context.images('test', wanted);
      const rows: LineRow[] = [];
      const result = (): LineResult => ({
        ...{ kind: 'line', toStep, images, testImages, rows: [...rows] },
      });
      const progress = (share: number) => ({
        ...{ done: rows.length + share, total: points, partial: result() },
      });
      const means = { probe: await context.probe(), batchLoss: await batchLossOf(context, images) };
      for (let point = 0; point < points; point++) {
        const alpha = point / (points - 1);
        const scoring = scoresAt(context, means, interpolated(from, to, alpha), images, testImages);
        let part = await scoring.next();
        while (!part.done) {
          yield progress(part.value);
          part = await scoring.next();
        }
        rows.push({ alpha, ...part.value });
        if (context.isDue()) yield progress(0);
      }
      return result();
    },
  };
}
