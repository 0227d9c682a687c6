import { expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import type { Gpu } from '../webgpu/device.ts';
import { Shared } from './sharedGpu.ts';

/** Stands for a device: its `lost` resolves when told. */
function fakeGpu() {
  let lose = () => {};
  const lost = new Promise<{ reason: string; message: string }>((resolve) => {
    lose = () => resolve({ reason: 'unknown', message: 'lost by a test' });
  });
  return { gpu: { lost } as unknown as Gpu, lose };
}

it('opens one device for all, and another after it was lost', async () => {
  const devices = [fakeGpu(), fakeGpu()];
  let opened = 0;
  const shared = new Shared(async () => devices[opened++]?.gpu as Gpu);
  const first = await shared.get();
  expect(await shared.get()).toBe(first);
  devices[0]?.lose();
  await first.lost;
  expect(await shared.get()).toBe(devices[1]?.gpu);
  expect(opened).toBe(2);
});

it('is out of reach for tests whose name does not ask for it', async () => {
  await expect(nodeGpu()).rejects.toThrow('….gpu.test.ts');
});
