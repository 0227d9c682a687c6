/** Tiny networks that diverge at a rate of 10, each in its own way; every engine has to say the same of them. */
import { expect, test } from 'vitest';
import type { EngineId } from '../../engine/engineNames.ts';
import { SessionHarness, tinyConfig } from './sessionHarness.ts';

const decaying = { type: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 1 } as const;
const training = { batchSize: 8, steps: 100, learningRate: 10 };

const CASES = [
  {
    name: 'running variances overflow while loss and gradients stay finite',
    config: tinyConfig({ model: { order: 'pre' }, training: { ...training, optimizer: decaying } }),
    step: 8,
    layer: 'layer1.0.bn2.running_var',
  },
  {
    name: 'responses overflow without BatchNorm',
    config: tinyConfig({ model: { normalization: 'none' }, training }),
    step: 4,
    layer: 'layer1.0.conv2',
  },
];

/** The run stops there, and is neither finished nor trained on. */
export function expectDivergences(engine: EngineId): void {
  test.each(CASES)(`on ${engine}: $name`, async ({ config, step, layer }) => {
    const harness = new SessionHarness();
    await harness.until(
      'ready',
      harness.send({ type: 'open', baseUrl: 'http://localhost/', engine }),
    );
    harness.send({ type: 'setRuns', runs: [{ id: 'a', config }] }, { type: 'train' });
    const diverged = await harness.until('diverged');
    expect(diverged).toMatchObject({ id: 'a', step, layer });
    // A slow machine has taken a snapshot on the way.
    expect(diverged.lastGoodStep).toBeLessThanOrEqual(step);
    expect(harness.of('finished')).toEqual([]);
    expect([...harness.losses('a').keys()]).toEqual([...Array(step).keys()]);
  });
}
