/** What the studies of the ways between two nets share: the ends, and how a net on the way is scored. */
import { isNormalizedAlike } from '../../data/normalization.ts';
import type { EngineProbe } from '../../engine/api.ts';
import { expectedGraph } from '../../model/expectedGraph.ts';
import type { StateDict } from '../../model/graph.ts';
import { t } from '../../text/t.ts';
import { type BatchLoss, MeanState } from './batchLoss.ts';
import type { LineRow, Score } from './study.ts';
import type { StudyContext } from './studyContext.ts';

/** Of the work of one point: a training step takes three times as long as a forward pass. */
const STATISTICS_SHARE = 0.6;
const TRAIN_SHARE = 0.2;

interface Ends {
  readonly from: StateDict;
  readonly to: StateDict;
  /** Steps that the second net had been trained; null for a kept run. */
  readonly toStep: number | null;
}

/** Both nets' weights. @throws Error where they differ in architecture or in the normalisation of images. */
export function endsOf({ subject, other }: StudyContext): Ends {
  if (other === null) throw new Error('a line needs two networks');
  const [one, two] = [subject, other].map(({ config }) =>
    JSON.stringify(expectedGraph(config.model).nodes),
  );
  if (one !== two) {
    throw new Error(
      t`The two networks differ in architecture: there is no straight line between them. Choose two networks of the same architecture.`,
    );
  }
  if (!isNormalizedAlike(subject.config.data, other.config.data)) {
    throw new Error(
      t`The two networks take images that are normalised differently, so no network between them suits either. Choose two with the same mean and standard deviation.`,
    );
  }
  return { from: subject.weights, to: other.weights, toStep: other.step };
}

/**
 * Loss and accuracy on both splits at `weights`. BatchNorm's statistics are computed anew, as means over batches of the
 * training images (Garipov et al. 2018): those of other weights would fit none but these.
 * Yields how much of it is done, 0–1, whenever the round has taken its time.
 */
export async function* scoresAt(
  context: StudyContext,
  { probe, batchLoss }: { readonly probe: EngineProbe; readonly batchLoss: BatchLoss },
  weights: StateDict,
  images: number,
  testImages: number,
): AsyncGenerator<number, Omit<LineRow, 'alpha'>, void> {
  const batches = Math.max(1, Math.floor(images / batchLoss.batchSize));
  const hasStatistics = batchLoss.graph.runningStatistics.length > 0;
  const statistics = new MeanState();
  for (let i = 0; i < batches && hasStatistics; i++) {
    statistics.add((await batchLoss.step(weights, i)).statistics);
    if (context.isDue()) yield (STATISTICS_SHARE * (i + 1)) / batches;
  }
  probe.load(new Map([...weights, ...statistics.mean]));
  const scores: Score[] = [];
  for (const [split, count] of [['train', images] as const, ['test', testImages] as const]) {
    const scoring = context.score(probe, split, count);
    let part = await scoring.next();
    while (!part.done) {
      yield STATISTICS_SHARE + (scores.length + part.value / count) * TRAIN_SHARE;
      part = await scoring.next();
    }
    scores.push(part.value);
  }
  const [train, test] = scores;
  if (train === undefined || test === undefined) throw new Error('no scores');
  return { train, test };
}
