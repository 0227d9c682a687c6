/** What the calling thread does alone: a step's few numbers that are no tensors' work. */
import { activationLayers } from '../../../model/activationLayers.ts';
import { hashKey } from '../../../data/hash.ts';
import { isAlive } from '../../../model/branchScale.ts';
import type { LayerGraph, TensorShape } from '../../../model/graph.ts';
import type { MovingParameter } from '../../plan/chunks.ts';
import type { StateLayout } from '../../plan/layout.ts';
import type { DropoutOperation, ScaleFactor } from '../../plan/operations/operation.ts';
import { overflowIn } from '../../plan/overflow.ts';
import type { StepOf } from '../../plan/steps.ts';
import { pixelBytes } from '../kernels/plane.ts';
import { SQUARES_BYTES } from '../kernels/descent/descent.ts';
import type { Place, Resident } from '../memoryMap.ts';
import { evaluateLoss, softmaxCrossEntropy } from '../scalar/softmaxCrossEntropy.ts';
import type { MemoryViews, ScalarStep, StepState } from './step.ts';

type Scalar = Pick<ScalarStep, 'places' | 'run'>;

const resident = (name: Resident): Place => ({ resident: name, bytes: 0 });

/** Images in memory of a micro-batch. */
const strideOf = (rows: number): number => pixelBytes({ batch: rows }) / 4;

/** The floats of a vector's tensor [C, N4]. */
function matrix(
  { floats }: MemoryViews,
  address: number,
  { channels }: TensorShape,
  stride: number,
): Float32Array {
  return floats.subarray(address / 4, address / 4 + channels * stride);
}

/** statistics = running means, and 1/√(running variance + ε). */
export function batchNormEvaluation({ statisticFloats }: StateLayout, epsilon: number): Scalar {
  const places = { running: resident('running'), statistics: resident('statistics') };
  return {
    places,
    run({ floats }, addressOf) {
      const [from, to] = [addressOf(places.running) / 4, addressOf(places.statistics) / 4];
      const half = statisticFloats / 2;
      for (let i = 0; i < half; i++) {
        floats[to + i] = floats[from + i] ?? 0;
        floats[to + half + i] = 1 / Math.sqrt((floats[from + half + i] ?? 0) + epsilon);
      }
    },
  };
}

/** Writes what the kernel `dropout` draws this step's mask from. */
export function dropoutDraw({ stream, inputShape }: DropoutOperation): Scalar {
  const places = { drawn: resident('drawn') };
  const { channels, height, width } = inputShape;
  const features = channels * height * width;
  return {
    places,
    run({ words }, addressOf, { step, seed, images, firstImage }) {
      const first = Math.imul(Math.imul(step, features), images) + firstImage;
      words.set([hashKey(seed, stream), first >>> 0, images], addressOf(places.drawn) / 4);
    },
  };
}

/** Writes the factor of a branch that this step may drop. */
export function drawnFactor(by: ScaleFactor): Scalar {
  const places = { drawn: resident('drawn') };
  return {
    places,
    run({ floats }, addressOf, state) {
      floats[addressOf(places.drawn) / 4] = factorIn(by, state);
    },
  };
}

/** Puts a learnt factor's gradient together from the channels' sums. */
export function scaleWeightGradient(
  { operation, by }: StepOf<'scaleWeightGradient'>,
  gradient: Place,
): Scalar {
  const { perChannel, inputShape } = operation;
  const places = { sums: resident('moments'), gradient };
  return {
    places,
    run({ doubles, floats }, addressOf, state) {
      const first = addressOf(places.sums) / 8;
      const target = addressOf(gradient) / 4;
      const factor = factorIn(by, state);
      const sums = doubles.subarray(first, first + inputShape.channels).map((sum) => factor * sum);
      if (perChannel) floats.set(sums, target);
      else floats[target] = sums.reduce((total, sum) => total + sum, 0);
    },
  };
}

const factorIn = (
  { factor, alive }: ScaleFactor,
  { seed, step }: Pick<StepState, 'seed' | 'step'>,
): number => (alive === null || isAlive(alive, seed, step) ? factor : 0);

export function trainingLoss({
  logits,
  logitsGradient,
  labelSmoothing,
  mixes,
}: StepOf<'softmaxCrossEntropy'>): Scalar {
  const places = { logits: { tensor: logits }, gradient: { tensor: logitsGradient } };
  return {
    places,
    run(memory, addressOf, state) {
      const { images, rows, labels } = state;
      const stride = strideOf(rows);
      const of = (place: Place) => matrix(memory, addressOf(place), logits.shape, stride);
      const shape = { classes: logits.shape.channels, stride, rows };
      const options = { labelSmoothing, images, mixup: mixes ? state.mixup : null };
      const sums = softmaxCrossEntropy(
        shape,
        options,
        of(places.logits),
        labels,
        of(places.gradient),
      );
      state.loss += sums.loss;
      state.hits += sums.hits;
    },
  };
}

export function evaluationLoss({ logits }: StepOf<'softmaxCrossEntropyEvaluation'>): Scalar {
  const places = { logits: { tensor: logits } };
  return {
    places,
    run(memory, addressOf, state) {
      // `images` lie in memory, of which the first `rows` count.
      const { images, rows, labels } = state;
      const stride = strideOf(images);
      const values = matrix(memory, addressOf(places.logits), logits.shape, stride);
      const sums = evaluateLoss({ classes: logits.shape.channels, stride, rows }, values, labels);
      state.loss += sums.loss;
      state.hits += sums.hits;
    },
  };
}

/** Joins a micro-batch's moments with those of the images before it (Chan et al. 1979). */
export function joinMoments(layer: string, { channels, height, width }: TensorShape): Scalar {
  const places = { moments: resident('moments') };
  return {
    places,
    run({ doubles }, addressOf, { moments, rows, firstImage }) {
      const first = addressOf(places.moments) / 8;
      const joined = moments.get(layer) ?? new Float64Array(2 * channels);
      moments.set(layer, joined);
      const share = rows / (firstImage + rows);
      for (let c = 0; c < channels; c++) {
        const mean = doubles[first + 2 * c] ?? 0;
        const variance = (doubles[first + 2 * c + 1] ?? 0) / (rows * height * width);
        const before = firstImage === 0 ? mean : (joined[2 * c] ?? 0);
        const varianceBefore = firstImage === 0 ? variance : (joined[2 * c + 1] ?? 0);
        const apart = mean - before;
        joined[2 * c] = before + share * apart;
        joined[2 * c + 1] =
          varianceBefore +
          share * (variance - varianceBefore) +
          share * (1 - share) * apart * apart;
      }
    },
  };
}

/**
 * The deviation of all of a layer's values, from its channels' means and variances. Behind BatchNorm these are β and
 * γ²·var / (var + ε) = γ²·(1 − ε·rstd²); micro-batches are normalised each by itself about the same means, so their
 * variances average.
 */
export function activationStd(graph: LayerGraph, layout: StateLayout, epsilon: number): Scalar {
  const places = { weights: resident('weights'), statistics: resident('statistics') };
  const layers = activationLayers(graph).map(({ name, conv, norm }) => ({
    name,
    channels: conv.shape.channels,
    norm: norm && {
      gamma: layout.parameterOf.get(norm.weight)?.offset ?? 0,
      beta: layout.parameterOf.get(norm.bias)?.offset ?? 0,
      rstd: layout.statisticOf.get(norm.runningVar)?.offset ?? 0,
    },
  }));
  return {
    places,
    run({ floats }, addressOf, state) {
      const [weights, statistics] = [
        addressOf(places.weights) / 4,
        addressOf(places.statistics) / 4,
      ];
      layers.forEach(({ name, channels, norm }, column) => {
        const moments = state.moments.get(name);
        const channelOf = (c: number): readonly [number, number] => {
          if (norm === null) return [moments?.[2 * c] ?? 0, moments?.[2 * c + 1] ?? 0];
          const gamma = floats[weights + norm.gamma + c] ?? 0;
          const rstd = floats[statistics + norm.rstd + c] ?? 0;
          const normalized = 1 - epsilon * rstd * rstd;
          const beta = floats[weights + norm.beta + c] ?? 0;
          return [beta, gamma * gamma * Math.max(0, normalized)];
        };
        const variance = varianceOf(channels, channelOf);
        if (norm === null) state.activationStd[column] = Math.sqrt(variance);
        else {
          const before = state.firstImage === 0 ? 0 : (state.activationStd[column] ?? 0);
          const own = (variance * state.rows) / state.images;
          state.activationStd[column] = Math.sqrt(before * before + own);
        }
      });
    },
  };
}

/** Of values whose channels have these means and variances. */
function varianceOf(channels: number, channelOf: (c: number) => readonly [number, number]): number {
  let [mean, variance, spread] = [0, 0, 0];
  for (let c = 0; c < channels; c++) {
    const [channelMean, channelVariance] = channelOf(c);
    mean += channelMean / channels;
    variance += channelVariance / channels;
  }
  for (let c = 0; c < channels; c++) spread += (channelOf(c)[0] - mean) ** 2 / channels;
  return variance + spread;
}

/** The norms of all parameters that moved, from their chunks' squares; and whether a running statistic overflowed. */
export function parameterNorms(
  chunks: readonly MovingParameter[],
  { statisticFloats }: StateLayout,
): Scalar {
  const places = { squares: resident('squares'), running: resident('running') };
  return {
    places,
    run({ doubles, floats }, addressOf, state) {
      const running = addressOf(places.running) / 4;
      state.overflow = overflowIn(floats.subarray(running, running + statisticFloats));
      const first = addressOf(places.squares) / 8;
      const columns = [state.gradNorm, state.weightNorm, state.updateNorm];
      columns.forEach((column, which) => {
        const sums = new Float64Array(column.length);
        chunks.forEach(({ index }, i) => {
          const square = doubles[first + (i * SQUARES_BYTES) / 8 + which] ?? Number.NaN;
          sums[index] = (sums[index] ?? 0) + square;
        });
        for (const { index } of chunks) column[index] = Math.sqrt(sums[index] ?? 0);
      });
    },
  };
}
