import { expect, test, vi } from 'vitest';
import { readSafetensors } from '../weights/readSafetensors.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
// Too short a training for tuning to pay: the defaults are taken unless others are asked for.
const config = tinyConfig({ model: { inputSize: 16 }, training: { steps: 3, batchSize: 16 } });

async function trained(kernelCode?: string) {
  const harness = new SessionHarness({ engine: 'webgpu' });
  harness.send(OPEN, { type: 'setRuns', runs: [{ id: 'run', config, kernelCode }] });
  const { tiles, kernelCode: made } = await harness.until('prepared');
  const from = harness.send({ type: 'train' });
  await harness.until('finished', from);
  const { tensors } = readSafetensors(await harness.weights('run'));
  return { tiles, kernelCode: made ?? '', losses: [...harness.losses('run').values()], tensors };
}

test('a run is done with the kernels asked for, to the same bits every time; others are passed over', async () => {
  const standard = await trained();
  expect(standard.kernelCode).toMatch(/^k[0-9a-f]{8}-0+$/);
  expect(standard.losses).toHaveLength(3);

  // The last operations are weight gradients; the second candidate of the last one that has one.
  const others = new SessionHarness({ engine: 'webgpu' });
  others.send(OPEN);
  let wanted = standard.kernelCode;
  for (let i = wanted.length - 1; wanted === standard.kernelCode && wanted[i] !== '-'; i--) {
    const tried = `${wanted.slice(0, i)}1${wanted.slice(i + 1)}`;
    const runs = [{ id: `run-${i}`, config, kernelCode: tried }];
    const { kernelCode } = await others.until('prepared', others.send({ type: 'setRuns', runs }));
    wanted = kernelCode ?? '';
  }
  expect(wanted).not.toBe(standard.kernelCode);

  const other = await trained(wanted);
  const again = await trained(wanted);
  expect(other.kernelCode).toBe(wanted);
  expect(other.tiles).not.toEqual(standard.tiles);
  expect(again.losses).toEqual(other.losses);
  expect(again.tensors).toEqual(other.tensors);
  for (const [step, loss] of other.losses.entries()) {
    expect(loss).toBeCloseTo(standard.losses[step] ?? Number.NaN, 4);
  }
  // Why a link has to say which: they add in another order.
  expect(other.tensors).not.toEqual(standard.tensors);

  const foreign = await trained(`k00000000${wanted.slice(wanted.indexOf('-'))}`);
  expect(foreign.kernelCode).toBe(standard.kernelCode);
  expect(foreign.losses).toEqual(standard.losses);
});
