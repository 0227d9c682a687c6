import { describe, expect, it } from 'vitest';
import { NORMALIZATIONS } from '../../data/normalization.ts';
import { IMAGE_BYTES } from '../../data/types.ts';
import { buildGraph } from '../../model/builder.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import { randomArray, relativeError } from '../testing/runKernel.ts';
import { gatherBatchReference } from '../webgpu/kernels/gatherBatch/gatherBatch.reference.ts';
import { CpuDevice } from './cpuDevice.ts';
import { dropSurplus } from './testing/runCpuKernel.ts';
import { openNodeThread } from './threads/nodeThreads.ts';

const open = (workers = 0) =>
  new CpuDevice({ workers: Array.from({ length: workers }, openNodeThread), arithmetic: 'exact' });

const config = configOf({
  model: { stageDepths: [1], stageWidths: [4], stemWidth: 4, inputSize: 8, normalization: 'none' },
  training: { batchSize: 7 },
});
const graph = buildGraph(config.model);
const { training } = config;
const PIXELS = 3 * 8 * 8;

it('a network in the memory of one that was destroyed starts at zero, and is safe from it', async () => {
  const device = open(1);
  const batch = device.createBatch({ batchSize: 7, inputSize: 8 });
  const first = await device.createNetwork({ graph, training }, batch);
  const evaluator = await device.createEvaluator(first, batch);
  first.load({ weights: initialWeights(graph, 1) });
  for (const part of [evaluator, first, first]) part.destroy();
  const second = await device.createNetwork({ graph, training }, batch);
  const weights = async () => (await second.save()).weights.get('conv1.weight')?.data;
  expect((await weights())?.every((weight) => weight === 0)).toBe(true);
  expect(() => first.load({ weights: initialWeights(graph, 2) })).toThrow(RangeError);
  expect((await weights())?.every((weight) => weight === 0)).toBe(true);
  device.destroy();
});

describe('CpuBatch', () => {
  it.each([
    [32, NORMALIZATIONS.cifar10],
    [16, NORMALIZATIONS.cifar10],
    [32, NORMALIZATIONS.imagenet],
  ])('gathers, crops, flips and normalises at %i pixels: $title', (inputSize, normalization) => {
    const device = open();
    const dataset = device.createDataset(6);
    const pixels = Uint8Array.from({ length: 6 * IMAGE_BYTES }, (_, i) => (i * 37) % 256);
    for (const start of [0, 4]) {
      const count = start === 0 ? 4 : 2;
      const own = pixels.subarray(start * IMAGE_BYTES, (start + count) * IMAGE_BYTES);
      const labels = Uint16Array.from({ length: count }, (_, n) => start + n);
      dataset.append({ split: 'train', start, count, pixels: own, labels });
    }
    const batch = device.createBatch({ batchSize: 5, inputSize, normalization });
    const indices = Uint32Array.of(5, 0, 3);
    const augment = { crop: true, flip: 'alternating', cutout: 9 } as const;
    const epochImages = 7;
    batch.gather({ dataset, indices, firstPosition: 20, epochImages, augment, seed: 9 });
    const options = {
      ...{ pixels, indices, inputSize, seed: 9, position: 20, epochImages, augment },
      normalization,
    };
    const expected = gatherBatchReference(options, { batch: 5, rows: 3 });
    const [part] = batch.parts;
    expect(relativeError(dropSurplus(part?.images ?? [], 5), expected)).toBeLessThan(1e-6);
    expect(part?.labels).toEqual(Uint32Array.of(5, 0, 3, 0, 0));
    expect(() =>
      dataset.append({ split: 'train', start: 0, count: 1, pixels, labels: new Uint16Array(1) }),
    ).toThrow(RangeError);
    device.destroy();
  });
});

describe('CpuBatch.mix', () => {
  it('mixes every image of a micro-batch with the one before it', () => {
    const device = open();
    const batch = device.createBatch({ batchSize: 5, microBatchSize: 3, inputSize: 4 });
    const images = randomArray(5 * 48, 3);
    const classes = [4, 3, 2, 1, 9];
    batch.upload(images, Int32Array.from(classes));
    batch.mix(0.25);
    // Of each part: each image, and the one before it.
    const pairs = [
      [
        [0, 2],
        [1, 0],
        [2, 1],
      ],
      [
        [3, 4],
        [4, 3],
      ],
    ] as const;
    for (const [i, { images: mixed, labels, stride }] of batch.parts.entries()) {
      for (const [n, [own, before]] of (pairs[i] ?? []).entries()) {
        expect(labels[n]).toBe((classes[own] ?? 0) + 65536 * (classes[before] ?? 0));
        for (let k = 0; k < 48; k++) {
          const [x, y] = [images[own * 48 + k] ?? 0, images[before * 48 + k] ?? 0];
          expect(mixed[k * stride + n]).toBeCloseTo(0.25 * x + 0.75 * y, 6);
        }
      }
    }
    device.destroy();
  });
});

describe('CpuDevice', () => {
  it('splits batches alike on any number of threads', () => {
    const wide = configOf({
      model: { stageDepths: [1], stageWidths: [8], stemWidth: 8, inputSize: 16 },
      training: { batchSize: 32 },
    });
    const group = [{ graph: buildGraph(wide.model), training: wide.training }] as const;
    const devices = [0, 1, 2].map(open);
    const whole = devices[0]?.fitMicroBatches([group]).gpuBytes ?? 0;
    for (let share = 0.5; share <= 1; share += 0.01) {
      const sizes = devices.map((device) => device.fitMicroBatches([group], whole * share).sizes);
      expect(sizes).toEqual([sizes[0], sizes[0], sizes[0]]);
    }
    for (const device of devices) device.destroy();
  });

  it.each([
    ['the config', 'fast', {}, 'fast'],
    ['the config before the record', 'exact', { arithmetic: 'fast' }, 'exact'],
    ['the record', 'auto', { arithmetic: 'fast' }, 'fast'],
    ['the device', 'auto', {}, 'exact'],
  ] as const)('takes the arithmetic from %s', async (_, arithmetic, kernelChoices, used) => {
    const device = open();
    const batch = device.createBatch({ batchSize: 7, inputSize: 8 });
    const options = { graph, training: { ...training, arithmetic }, kernelChoices };
    const network = await device.createNetwork(options, batch);
    expect(network.arithmetic).toBe(used);
    expect(network.kernelChoices).toMatchObject({ arithmetic: used });
    device.destroy();
  });

  const images = randomArray(7 * PIXELS, 1);
  const labels = Uint8Array.from({ length: 7 }, (_, n) => n);

  async function stepped(device: CpuDevice, microBatchSize: number) {
    const batch = device.createBatch({ batchSize: 7, microBatchSize, inputSize: 8 });
    const network = await device.createNetwork({ graph, training }, batch);
    network.load({ weights: initialWeights(graph, 2) });
    const stepper = device.createStepper(batch, [network]);
    batch.upload(images, labels);
    const read = await stepper.step({ step: 0, learningRates: [0.1], readback: true });
    return { batch, network, stepper, metrics: read?.[0]?.[0] };
  }

  it('adds micro-batches up to the batch', async () => {
    const device = open();
    const whole = await stepped(device, 7);
    const split = await stepped(device, 3);
    const [expected, actual] = [whole.metrics, split.metrics];
    expect((actual?.loss ?? 0) / (expected?.loss ?? 1)).toBeCloseTo(1, 6);
    expect(relativeError(actual?.gradNorm ?? [], expected?.gradNorm ?? [])).toBeLessThan(1e-6);
    const deviations = expected?.activationStd ?? [];
    expect(relativeError(actual?.activationStd ?? [], deviations)).toBeLessThan(1e-6);
    expect(split.network.summary.gpuBytes).toBeLessThan(whole.network.summary.gpuBytes * 1.5);
    device.destroy();
  });

  it('evaluates a part of a batch, a probe the same weights alike, and shows a layer’s output', async () => {
    const device = open(1);
    const { batch, network } = await stepped(device, 7);
    const load = () =>
      batch.upload(images.subarray(0, 5 * PIXELS), labels.subarray(0, 5)) ?? undefined;
    const evaluator = await device.createEvaluator(network, batch);
    const expected = await evaluator.evaluate(5, load, { logits: true });
    expect(expected.logits).toHaveLength(50);
    const probe = await device.createProbe({ graph }, batch);
    const { weights } = await network.save();
    probe.load(weights);
    expect(await probe.evaluate(5, load, { logits: true })).toEqual(expected);
    expect(Math.fround(expected.lossSum)).toBe(expected.lossSum);
    const [black, white] = [new Uint8Array(IMAGE_BYTES), new Uint8Array(IMAGE_BYTES).fill(255)];
    const [first, second] = await device.activations({ graph }, weights, [black, white]);
    expect(first?.values.get('conv1')).toHaveLength(4 * 64);
    expect(first?.values.get('fc')?.every(Number.isFinite)).toBe(true);
    const [alone] = await device.activations({ graph }, weights, [white]);
    expect(second).toEqual(alone);
    expect(second).not.toEqual(first);
    device.destroy();
  });

  it('refuses what does not fit with the exact bytes, and half precision', () => {
    const device = open();
    const large = {
      graph,
      training: { ...training, batchSize: 4_000_000, microBatchSize: 4_000_000 },
    };
    expect(() => device.fitMicroBatches([[large]])).toThrow(/\d+ are missing/);
    const half = { graph, training: { ...training, precision: 'half' as const } };
    expect(() => device.fitMicroBatches([[half]])).toThrow(/single precision only/);
    const { gpuBytes } = device.fitMicroBatches([[{ graph, training }]]);
    const fit = device.fitMicroBatches([[{ graph, training }]], gpuBytes - 1);
    expect(fit.gpuBytes).toBeLessThan(gpuBytes);
    expect(fit.sizes[0]).toBeLessThan(7);
    device.destroy();
  });

  it('is lost when it is destroyed: nothing trains on it any more', async () => {
    const device = open(1);
    const { stepper } = await stepped(device, 7);
    device.destroy();
    expect((await device.lost).reason).toBe('destroyed');
    const read = stepper.step({ step: 1, learningRates: [0.1], readback: true });
    await expect(read).rejects.toMatchObject({ code: 'device-lost' });
  });
});
