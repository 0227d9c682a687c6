import { describe, expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import { networkDepth, networkName } from './networkName.ts';
import { NETWORK_PRESETS, PRESETS, presetConfig } from './presets.ts';
import { issuesOf, namesOf } from './testing/configs.ts';

const graphOf = (name: string, change = {}) =>
  buildGraph({ ...presetConfig(name).model, ...change });

describe('presets', () => {
  it('have unique names, and all can be built', () => {
    expect(new Set(namesOf(PRESETS)).size).toBe(PRESETS.length);
    for (const { name, title } of PRESETS) {
      const { model } = presetConfig(name);
      expect(buildGraph(model).parameterCount).toBeGreaterThan(0);
      expect(title).toContain(networkName(model));
    }
  });

  it.each([
    ['20', 269_722],
    ['32', 464_154],
    ['44', 658_586],
    ['56', 853_018],
    ['110', 1_727_962],
  ])(
    'ResNet-%s has the published count, and its plain twin the same parameters',
    (depth, count) => {
      const residual = graphOf(`resnet-${depth}`);
      const plain = graphOf(`plain-${depth}`);
      expect(residual.parameterCount).toBe(count);
      expect(plain.parameters).toEqual(residual.parameters);
      expect(plain.macs).toBe(residual.macs);
      expect(networkDepth(plain.model)).toBe(Number(depth));
    },
  );

  // Counts and multiply-adds of torchvision's networks, https://pytorch.org/vision/stable/models.html
  it.each([
    ['resnet-18', 11_689_512, 1.81],
    ['resnet-34', 21_797_672, 3.66],
    ['resnet-50', 25_557_032, 4.09],
    ['resnet-101', 44_549_160, 7.8],
    ['resnet-152', 60_192_808, 11.51],
  ])('%s has torchvision’s count and multiply-adds', (name, count, gigaMacs) => {
    const graph = graphOf(name, { classes: 1000, inputSize: 224 });
    expect(graph.parameterCount).toBe(count);
    expect(Math.round(graph.macs / 1e7) / 100).toBe(gigaMacs);
  });

  it('ResNet-20 and 56 cost the known multiply-adds', () => {
    expect(graphOf('resnet-20').macs).toBe(40_551_040);
    expect(graphOf('resnet-56').macs).toBe(125_485_696);
  });

  it('the CIFAR nets train as in §4.2, 110 with a warm-up', () => {
    const expected = {
      seed: 0,
      batchSize: 128,
      microBatchSize: 'auto',
      steps: 64_000,
      precision: 'single',
      arithmetic: 'auto',
      labelSmoothing: 0,
      optimizer: { type: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.0001 },
      learningRate: { type: 'step', base: 0.1, warmupSteps: 0, drops: [32_000, 48_000] },
      augment: { crop: true, flip: true },
    };
    expect(presetConfig('resnet-20').training).toEqual(expected);
    expect(presetConfig('plain-56').training).toEqual(expected);
    const deep = { ...expected.learningRate, warmupSteps: 400 };
    expect(presetConfig('resnet-110').training).toEqual({ ...expected, learningRate: deep });
  });

  it('the tutorial runs ten passes over the images chosen', () => {
    const tutorial = presetConfig('tutorial-resnet-18', { train: 50_000 });
    expect(tutorial.training).toMatchObject({
      steps: 3907,
      batchSize: 128,
      learningRate: 0.1,
      optimizer: { momentum: 0.9, weightDecay: 0.0005 },
    });
    expect(tutorial.data.train).toBe(50_000);
    expect(presetConfig('tutorial-resnet-18').training.steps).toBe(782);
    // kuangliu/pytorch-cifar's ResNet18.
    expect(buildGraph(tutorial.model).parameterCount).toBe(11_173_962);
  });

  it('a recipe for few epochs has the network of the paper, and is not listed as another one', () => {
    expect(presetConfig('resnet-20-fast').model).toEqual(presetConfig('resnet-20').model);
    expect(NETWORK_PRESETS.length).toBe(PRESETS.length - 1);
    expect(namesOf(NETWORK_PRESETS)).not.toContain('resnet-20-fast');
  });

  it('a warm-up counted in epochs follows the number of images', () => {
    const { training } = presetConfig('resnet-8-page', { train: 50_000 });
    expect(training.steps).toBe(9375);
    expect(training.learningRate).toMatchObject({ type: 'linear', base: 0.1, warmupSteps: 1954 });
    const few = presetConfig('plain-8-airbench', { train: 1000 }).training;
    expect(few.steps).toBe(40);
    expect(few.learningRate).toMatchObject({ warmupSteps: 8 });
  });

  it('the net after Page’s has its layers but one, the one after airbench is plain', () => {
    const page = graphOf('resnet-8-page');
    expect(page.blocks.map(({ outShape }) => outShape)).toEqual([
      { channels: 128, height: 16, width: 16 },
      { channels: 256, height: 8, width: 8 },
      { channels: 512, height: 4, width: 4 },
    ]);
    expect(page.parameterCount).toBe(4_829_258);
    expect(page.macs).toBe(177_935_360);
    const airbench = graphOf('plain-8-airbench');
    expect(airbench.blocks.every(({ shortcut }) => shortcut === 'none')).toBe(true);
    expect(airbench.parameterCount).toBe(1_991_336);
  });

  it('the small pairs are pairs', () => {
    for (const depth of [20, 32]) {
      const residual = presetConfig(`small-${depth}`);
      const plain = presetConfig(`small-${depth}-plain`);
      expect(plain).toEqual({ ...residual, model: { ...residual.model, shortcuts: false } });
      expect(networkDepth(plain.model)).toBe(depth);
      expect(plain.training.batchSize).toBe(32);
      expect(buildGraph(plain.model).blocks.at(-1)?.outShape).toEqual({
        channels: 32,
        height: 4,
        width: 4,
      });
    }
  });

  it('an unknown name is refused with the names there are', () => {
    const [issue] = issuesOf(() => presetConfig('resnet-19'));
    expect(issue?.field).toBe('preset');
    expect(issue?.message).toMatch(
      /^There is no preset "resnet-19"\. Presets: resnet-20, resnet-32,/,
    );
  });
});
