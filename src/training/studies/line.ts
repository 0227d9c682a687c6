/**
 * Linear mode connectivity (Frankle, Dziugaite, Roy, Carbin 2020): loss and accuracy on the straight line between two
 * trained nets. BatchNorm's statistics are computed anew at every point (Garipov et al. 2018): those of either end
 * fit no other weights.
 */
import { buildGraph } from '../../model/builder.ts';
import type { StateDict } from '../../model/graph.ts';
import { batchLossOf, MeanState } from './batchLoss.ts';
import { interpolated } from './interpolation.ts';
import type { StudyPlan } from './kind.ts';
import type { LineResult, LineRow, LineStudy, Score } from './study.ts';
import type { StudyContext } from './studyContext.ts';
import { t } from '../../text/t.ts';

/** Of the work of one point: a training step takes three times as long as a forward pass. */
const STATISTICS_SHARE = 0.6;
const TRAIN_SHARE = 0.2;

export function planLine({ images: wanted, points }: LineStudy): StudyPlan<LineResult, LineResult> {
  return {
    needs: [
      { split: 'train', images: wanted },
      { split: 'test', images: wanted },
    ],
    async *run(context) {
      const [from, to] = endsOf(context);
      const images = context.images('train', wanted);
      const testImages = context.images('test', wanted);
      const rows: LineRow[] = [];
      const result = (): LineResult => ({ kind: 'line', images, testImages, rows: [...rows] });
      const progress = (share: number) => ({
        ...{ done: rows.length + share, total: points, partial: result() },
      });
      const probe = await context.probe();
      const batchLoss = await batchLossOf(context, images);
      const batches = Math.max(1, Math.floor(images / batchLoss.batchSize));
      const hasStatistics = context.subject.graph.runningStatistics.length > 0;
      for (let point = 0; point < points; point++) {
        const alpha = point / (points - 1);
        const weights = interpolated(from, to, alpha);
        const statistics = new MeanState();
        for (let i = 0; i < batches && hasStatistics; i++) {
          statistics.add((await batchLoss.step(weights, i)).statistics);
          if (context.isDue()) yield progress((STATISTICS_SHARE * (i + 1)) / batches);
        }
        probe.load(new Map([...weights, ...statistics.mean]));
        const scores: Score[] = [];
        for (const [split, count] of [['train', images] as const, ['test', testImages] as const]) {
          const scoring = context.score(probe, split, count);
          let part = await scoring.next();
          while (!part.done) {
            const share = (part.value / count) * TRAIN_SHARE;
            yield progress(STATISTICS_SHARE + scores.length * TRAIN_SHARE + share);
            part = await scoring.next();
          }
          scores.push(part.value);
        }
        const [train, test] = scores;
        if (train === undefined || test === undefined) throw new Error('no scores');
        rows.push({ alpha, train, test });
        if (context.isDue()) yield progress(0);
      }
      return result();
    },
  };
}

/** Both nets' weights. @throws Error where their architectures differ. */
function endsOf({ subject, other }: StudyContext): readonly [StateDict, StateDict] {
  if (other === null) throw new Error('a line needs two networks');
  const [one, two] = [subject, other].map(({ config }) =>
    // Dropout does nothing in a test.
    JSON.stringify(buildGraph({ ...config.model, dropout: 0 }).nodes),
  );
  if (one !== two) {
    throw new Error(
      t`The two networks differ in architecture: there is no straight line between them. Choose two networks of the same architecture.`,
    );
  }
  return [subject.weights, other.weights];
}
