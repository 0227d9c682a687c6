/** The same bits whatever the number of threads, and however often. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES } from '../../data/types.ts';
import type { ModelConfig } from '../../model/config.ts';
import { buildGraph } from '../../model/builder.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { EngineNetwork } from '../api.ts';
import { CpuDevice } from './cpuDevice.ts';
import { ARITHMETICS } from './testing/runCpuKernel.ts';
import { openNodeThread } from './threads/nodeThreads.ts';

const IMAGES = 40;
const STEPS = 3;
/** What residual training of 18 images comes to: a change that moves a bit of it raises `REVISION` in `arithmetic.ts`. */
const EXACT_HASH = '2770991230318a3caabb900729fc12e19d8be4c0b39e1f66e5eefc1f6eb090d1';

/** @param scaled what branches are multiplied by. @param resumed after the first step, by another network. */
async function train(
  threads: number,
  arithmetic: (typeof ARITHMETICS)[number],
  microBatchSize: number,
  scaled: Partial<ModelConfig> = {},
  resumed = false,
): Promise<string> {
  const workers = Array.from({ length: threads - 1 }, openNodeThread);
  const device = new CpuDevice({ workers, arithmetic });
  const training = { batchSize: 18, labelSmoothing: 0.1, seed: 3 };
  const model = { stageDepths: [1, 1], stageWidths: [6, 10], stemWidth: 6, inputSize: 8 };
  const configs = [true, false].map((shortcuts) =>
    configOf({ model: { ...model, ...scaled, shortcuts, dropout: 0.3 }, training }),
  );
  const batch = device.createBatch({ batchSize: 18, microBatchSize, inputSize: 8 });
  const create = (states: readonly Parameters<EngineNetwork['load']>[0][] = []) =>
    Promise.all(
      configs.map(async (config, i) => {
        const graph = buildGraph(config.model);
        const network = await device.createNetwork({ graph, training: config.training }, batch);
        network.load(states[i] ?? { weights: initialWeights(graph, 1) });
        return network;
      }),
    );
  let networks = await create();
  const dataset = device.createDataset(IMAGES);
  const pixels = Uint8Array.from({ length: IMAGES * IMAGE_BYTES }, (_, i) => (i * i * 7) % 251);
  const labels = Uint16Array.from({ length: IMAGES }, (_, i) => i % 10);
  dataset.append({ split: 'train', start: 0, count: IMAGES, pixels, labels });
  let stepper = device.createStepper(batch, networks);
  const hash = createHash('sha256');
  for (let step = 0; step < STEPS; step++) {
    const indices = Uint32Array.from({ length: 18 }, (_, n) => (step * 18 + n * 5) % IMAGES);
    const augment = { crop: true, flip: true };
    const gather = { dataset, indices, firstPosition: step * 18, augment, seed: 3 };
    const learningRates = [0.05, 0.05];
    await stepper.step({ step, learningRates, gather, readback: true });
    if (!resumed || step > 0) continue;
    networks = await create(await Promise.all(networks.map((network) => network.save())));
    stepper = device.createStepper(batch, networks);
  }
  for (const network of networks) {
    const { weights } = await network.save();
    for (const { data } of weights.values()) hash.update(new Uint8Array(data.buffer));
  }
  device.destroy();
  return hash.digest('hex');
}

describe.each(ARITHMETICS)('%s arithmetic', (arithmetic) => {
  it.each([18, 8])(
    'gives the same bits on any number of threads, %i images at a time',
    async (size) => {
      const [one, ...others] = await Promise.all([1, 2, 3].map((n) => train(n, arithmetic, size)));
      expect(others).toEqual([one, one]);
      if (arithmetic === 'exact' && size === 18) expect(one).toBe(EXACT_HASH);
    },
  );

  it.each([
    ['stochastic depth, SkipInit', { survival: 0.4, branchScale: 'scalar' }],
    [
      'gates, dropped shortcuts',
      { shortcutGate: 'exclusive', gateBias: 0, shortcutDropout: 0.5, shortcutScale: 0.5 },
    ],
    ['LayerScale, scaled shortcuts', { branchScale: 'channel', shortcutScale: 0.7 }],
  ] as const)('gives them with %s, also resumed', async (_, scaled) => {
    const one = await train(1, arithmetic, 8, scaled);
    expect(await train(2, arithmetic, 8, scaled)).toBe(one);
    expect(await train(1, arithmetic, 8, scaled, true)).toBe(one);
  });
});
