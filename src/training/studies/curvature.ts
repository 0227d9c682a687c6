/**
 * What the loss was like along a run's path: the largest eigenvalue of its Hessian (Cohen et al. 2021, "Gradient descent on
 * neural networks typically occurs at the edge of stability"), and how much of a batch's gradient is noise (McCandlish et
 * al. 2018, appendix A.1). Of the mean loss over fixed batches, each normalised by its own statistics.
 */
import type { StateDict } from '../../model/graph.ts';
import { fillNormal, streamOf } from '../../model/random.ts';
import type { TrailPoint } from '../trail.ts';
import { type BatchLoss, batchLossOf } from './batchLoss.ts';
import { MOST_PRODUCTS, USUAL_PRODUCTS } from './cost.ts';
import { dot, FlatWeights } from './flatWeights.ts';
import type { StudyPlan } from './kind.ts';
import { largestEigenvalue } from './lanczos.ts';
import type { CurvatureResult, CurvatureRow, CurvatureStudy } from './study.ts';
import { t } from '../../text/t.ts';

/** Of the residual, relative to the eigenvalue, which itself is then far nearer. */
const TOLERANCE = 0.03;
const LEAST_PRODUCTS = 4;
/** Nothing tells which product is the last before it is done. */
const MOST_DONE = 0.99;
/** Of the guess's length. */
const RANDOM_SHARE = 0.3;
/**
 * Central differences of the gradient, this far from the weights, as a share of their length. Farther, the Hessian itself
 * changes, most where a net with little loss lies in a sharp valley. Nearer, each ReLU that flips on the way makes the
 * gradient jump, and there are fewer jumps to cancel out. docs/numerics.md says what comes of either.
 */
const STEP = 1e-3;

export function planCurvature(study: CurvatureStudy): StudyPlan<CurvatureResult, CurvatureResult> {
  return {
    needs: [{ split: 'train', images: study.images }],
    async *run(context) {
      const images = context.images('train', study.images);
      const points = evenly(context.subject.trail, study.points);
      if (points.length === 0) {
        throw new Error(
          t`A kept run has no path: only a run in training keeps its weights as it goes.`,
        );
      }
      const batchLoss = await batchLossOf(context, images);
      const batches = Math.max(1, Math.floor(images / batchLoss.batchSize));
      const rows: CurvatureRow[] = [];
      const result = (): CurvatureResult => ({
        ...{ kind: 'curvature', images: batches * batchLoss.batchSize, rows: [...rows] },
      });
      let start: Float32Array | null = null;
      let usual = USUAL_PRODUCTS;
      for (const point of points) {
        const measuring = curvatureAt(batchLoss, batches, point.weights, start, usual);
        let part = await measuring.next();
        while (!part.done) {
          if (context.isDue()) {
            yield { done: rows.length + part.value, total: points.length, partial: result() };
          }
          part = await measuring.next();
        }
        const { vector, products, ...measured } = part.value;
        usual = products;
        // The next point's is not far from it.
        start = vector;
        rows.push({ step: point.step, learningRate: point.learningRate, ...measured });
      }
      return result();
    },
  };
}

/** The last and some of those before, about equally far apart. */
function evenly(trail: readonly TrailPoint[], count: number): readonly TrailPoint[] {
  const last = trail.length - 1;
  const most = Math.min(count, trail.length);
  const places = Array.from({ length: most }, (_, i) =>
    most === 1 ? last : Math.round((i * last) / (most - 1)),
  );
  return places.flatMap((at) => trail[at] ?? []);
}

interface Curvature extends Omit<CurvatureRow, 'step' | 'learningRate'> {
  /** The direction of the largest curvature. */
  readonly vector: Float32Array;
  readonly products: number;
}

/**
 * @param start a guess of the direction; null: none.
 * @param expected how many products it will probably take.
 * Yields after each batch how much of it is done, from 0 to below 1; never less than before.
 */
export async function* curvatureAt(
  batchLoss: Pick<BatchLoss, 'graph' | 'batchSize' | 'step'>,
  batches: number,
  weights: StateDict,
  start: Float32Array | null,
  expected = USUAL_PRODUCTS,
): AsyncGenerator<number, Curvature, void> {
  const flat = new FlatWeights(batchLoss.graph);
  const at = flat.vectorOf(weights);
  let done = 0;
  const share = (gradient: number, batch: number) => {
    const gradients = 1 + 2 * Math.max(expected, Math.floor((gradient + 1) / 2));
    // Past what was expected, each product begins at a smaller share of more of them than the last one ended at.
    done = Math.max(done, Math.min(MOST_DONE, (gradient + batch / batches) / gradients));
    return done;
  };

  let loss = 0;
  let meanSquare = 0;
  const gradient = new Float64Array(flat.length);
  for (let i = 0; i < batches; i++) {
    const step = await batchLoss.step(weights, i);
    loss += step.loss / batches;
    flat.addTo(gradient, step.gradient, 1 / batches);
    const one = flat.vectorOf(step.gradient);
    meanSquare += dot(one, one) / batches;
    yield share(0, i + 1);
  }

  const distance = STEP * Math.sqrt(dot(at, at));
  async function* product(vector: Float32Array, products: number) {
    const sums = new Float64Array(flat.length);
    for (const [side, sign] of [1, -1].entries()) {
      const moved = flat.with(
        weights,
        at.map((w, i) => w + sign * distance * (vector[i] ?? 0)),
      );
      for (let i = 0; i < batches; i++) {
        const step = await batchLoss.step(moved, i);
        flat.addTo(sums, step.gradient, sign / (2 * distance * batches));
        yield share(1 + 2 * products + side, i + 1);
      }
    }
    return sums;
  }
  // Of expected length 1. Some of it beside a guess, as another direction may have the largest curvature by now.
  const random = fillNormal(
    new Float32Array(flat.length),
    0,
    streamOf('curvature'),
    1 / Math.sqrt(flat.length),
  );
  const isGuessed = start?.every(Number.isFinite) ?? false;
  const guess = random.map((x, i) => (isGuessed ? (start?.[i] ?? 0) + RANDOM_SHARE * x : x));
  const { value, residual, vector, products } = yield* largestEigenvalue({
    ...{ start: guess, product, least: LEAST_PRODUCTS, most: MOST_PRODUCTS },
    tolerance: TOLERANCE,
  });
  const square = dot(gradient, gradient);
  return {
    ...{ loss, largest: value, residual, vector, products, gradientNorm: Math.sqrt(square) },
    ...noiseOf(meanSquare, square, batchLoss.batchSize, batches),
  };
}

/**
 * From the gradients of single batches and of all of them together.
 * @param meanSquare mean of the squared norms of the batches' gradients. @param square of the norm of their mean.
 * @returns unbiased estimates of |gradient|² of all images and of the trace of one image's covariance; null for one batch.
 */
function noiseOf(meanSquare: number, square: number, batchSize: number, batches: number) {
  if (batches < 2) return { noise: null };
  const all = batchSize * batches;
  return {
    noise: {
      squaredGradient: (all * square - batchSize * meanSquare) / (all - batchSize),
      trace: (meanSquare - square) / (1 / batchSize - 1 / all),
    },
  };
}
