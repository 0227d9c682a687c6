import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import { ConfigError } from '../../model/errors.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { NetworkOptions, SharedBatch } from '../api.ts';
import {
  fewestImages,
  fitMicroBatches as fitWith,
  type MemoryLimits,
  microBatchCandidates,
} from '../plan/microBatches.ts';
import { splitBatch } from '../plan/splitBatch.ts';
import { lowerTraining } from './lowering/program.ts';

function optionsOf(input: Pick<RunConfigInput, 'model' | 'training'>): NetworkOptions {
  const { model, training } = configOf(input);
  return { graph: buildGraph(model), training };
}

const summaryAt = ({ graph, training }: NetworkOptions, microBatchSize: number) =>
  lowerTraining({ graph, training: { ...training, microBatchSize } }).summary;

const fitMicroBatches = (groups: readonly SharedBatch[], limits: MemoryLimits) =>
  fitWith(groups, limits, (network) => lowerTraining(network).summary);

const UNBOUNDED = { bufferBytes: Infinity, totalBytes: Infinity };

describe('splitting a batch', () => {
  it('gives the remainder to the last micro-batch', () => {
    expect(splitBatch(128, 32)).toEqual([32, 32, 32, 32]);
    expect(splitBatch(10, 4)).toEqual([4, 4, 2]);
    expect(splitBatch(10, 10)).toEqual([10]);
    expect(splitBatch(10, 64)).toEqual([10]);
  });

  it.each([
    [128, 1, [128, 64, 32, 16, 8, 4, 2, 1]],
    [100, 1, [100, 50, 25, 20, 10, 5, 4, 2, 1]],
    // 127 and 13 are primes; 6, 4, 3 and 2 would leave a single one of 13.
    [127, 2, [127, 64, 32, 16, 8, 4]],
    [13, 2, [13, 7, 5]],
    [2, 2, [2]],
  ])('tries for %d images, at least %d at a time: %j', (batchSize, fewest, expected) => {
    const sizes = microBatchCandidates(batchSize, fewest);
    expect(sizes.slice(0, expected.length)).toEqual(expected);
  });

  it('tries only sizes whose last micro-batch is large enough, never leaving out more than half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1024 }), fc.constantFrom(1, 2), (batchSize, fewest) => {
        const sizes = microBatchCandidates(batchSize, fewest);
        expect(sizes[0]).toBe(batchSize);
        for (const [i, size] of sizes.entries()) {
          const parts = splitBatch(batchSize, size);
          expect(parts.reduce((sum, images) => sum + images)).toBe(batchSize);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(fewest);
          const next = sizes[i + 1];
          if (next === undefined) continue;
          expect(next).toBeLessThan(size);
          const passed = Array.from({ length: size - next - 1 }, (_, k) => next + 1 + k);
          const larger = passed.filter((one) => one >= size / 2);
          const couldBe = (one: number) => (splitBatch(batchSize, one).at(-1) ?? 0) >= fewest;
          if (next < size / 2) expect(larger.some(couldBe)).toBe(false);
        }
      }),
    );
  });

  it('asks for two images only where BatchNorm would see a single value', () => {
    const graphOf = (model: RunConfigInput['model']) => buildGraph(configOf({ model }).model);
    expect(fewestImages(graphOf({ inputSize: 4 }))).toBe(2);
    expect(fewestImages(graphOf({ inputSize: 4, normalization: 'none' }))).toBe(1);
    expect(fewestImages(graphOf({ inputSize: 8 }))).toBe(1);
  });
});

describe('a split plan', () => {
  const options = optionsOf({ training: { batchSize: 10 } });

  it('runs the passes of all micro-batches, then the update once', () => {
    const plan = lowerTraining({
      ...options,
      training: { ...options.training, microBatchSize: 4 },
    });
    expect(plan.microBatches.map(({ firstImage, images }) => [firstImage, images])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    const layers = plan.microBatches.map(({ ranges }) =>
      ranges.flatMap(({ first, end }) =>
        plan.dispatches.slice(first, end).map(({ layer, call }) => `${layer} ${call.kernel}`),
      ),
    );
    const ownOf = (batchSize: number) =>
      lowerTraining({ ...options, training: { ...options.training, batchSize } }).dispatches.map(
        ({ layer, call }) => `${layer} ${call.kernel}`,
      );
    const addition = 'gradients of the batch addGradients';
    const update = ['sgd sgd', 'norms parameterNorms'];
    expect(layers).toEqual([
      [...ownOf(4).slice(0, -2), addition],
      [...ownOf(4).slice(0, -2), addition],
      [...ownOf(2).slice(0, -2), addition, ...update],
    ]);
    expect(plan.summary.dispatchesPerStep).toBe(layers.flat().length);
  });

  it('needs the activations of one micro-batch, and one more copy of the gradients', () => {
    const plan = lowerTraining({
      ...options,
      training: { ...options.training, microBatchSize: 5 },
    });
    const small = lowerTraining({ ...options, training: { ...options.training, batchSize: 5 } });
    const more = plan.summary.gpuBytes - small.summary.gpuBytes;
    expect(more).toBe(4 * plan.layout.parameterFloats + 256);
  });
});

describe('fitting', () => {
  const network = optionsOf({ training: { batchSize: 64 } });

  it('takes the whole batch where it can', () => {
    const fit = fitMicroBatches([[network]], UNBOUNDED);
    expect(fit.sizes).toEqual([64]);
    expect(fit.gpuBytes).toBe(lowerTraining(network).summary.gpuBytes);
  });

  it('keeps every buffer within the limit, no smaller than needed', () => {
    const model = { stageDepths: [1], stageWidths: [64], inputSize: 64 };
    const wide = optionsOf({ model, training: { batchSize: 64 } });
    // 64 × 64 × 64 floats an image.
    const bufferBytes = 32 * 64 ** 3 * 4;
    const at = (limit: number) =>
      fitMicroBatches([[wide]], { ...UNBOUNDED, bufferBytes: limit }).sizes;
    expect(at(bufferBytes)).toEqual([32]);
    expect(at(bufferBytes - 1)).toEqual([16]);
    expect(at(2 * bufferBytes)).toEqual([64]);
  });

  it('keeps all networks within the memory given; those that share batches share the size', () => {
    const other = optionsOf({ model: { stageDepths: [5, 5, 5] }, training: { batchSize: 64 } });
    const deep = optionsOf({ model: { stageDepths: [9, 9, 9] }, training: { batchSize: 32 } });
    const totalBytes = 150e6;
    const fit = fitMicroBatches([[network, other], [deep]], { ...UNBOUNDED, totalBytes });
    const [shared = 0, alone = 0] = fit.sizes;
    const total =
      summaryAt(network, shared).gpuBytes +
      summaryAt(other, shared).gpuBytes +
      summaryAt(deep, alone).gpuBytes;
    expect(fit.gpuBytes).toBe(total);
    expect(total).toBeLessThanOrEqual(totalBytes);
    expect(total).toBeGreaterThan(totalBytes / 3);
  });

  it('refuses with the bytes needed, available and missing', () => {
    const smallest = summaryAt(network, 1);
    const { gpuBytes, largestBufferBytes } = smallest;
    const refusal = (limits: Partial<typeof UNBOUNDED>) => () =>
      fitMicroBatches([[network]], { ...UNBOUNDED, ...limits });
    expect(refusal({ totalBytes: gpuBytes - 7 })).toThrow(
      `Training needs ${gpuBytes} bytes of memory even in the smallest micro-batches allowed; ` +
        `${gpuBytes - 7} are available, 7 are missing. Use a smaller`,
    );
    // Less than any size makes do with: copies of gradients may take larger micro-batches less than smaller ones.
    const bufferBytes = 1024;
    const missing = `${largestBufferBytes - bufferBytes} are missing`;
    expect(refusal({ bufferBytes })).toThrow(missing);
  });

  it('takes a size that is given, and refuses one that BatchNorm cannot take', () => {
    const given = (microBatchSize: number, inputSize = 4) =>
      optionsOf({ model: { inputSize }, training: { batchSize: 9, microBatchSize } });
    expect(fitMicroBatches([[given(3)]], UNBOUNDED).sizes).toEqual([3]);
    expect(fitMicroBatches([[given(200)]], UNBOUNDED).sizes).toEqual([9]);
    expect(fitMicroBatches([[given(4, 8)]], UNBOUNDED).sizes).toEqual([4]);
    expect(() => fitMicroBatches([[given(4)]], UNBOUNDED)).toThrow(ConfigError);
  });
});
