import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import { acquireGpu, WebGpuDevice } from '../index.ts';
import { answerOf } from './case.ts';
import { caseFiles } from './readCase.ts';

let device: WebGpuDevice;
beforeAll(async () => {
  const { gpu, adapter } = await nodeGpu();
  device = new WebGpuDevice(await acquireGpu(gpu, adapter));
});
afterAll(() => device.destroy());

it('gives the same bits again', { timeout: 300_000 }, async () => {
  const files = caseFiles('residual-8-option-b');
  const first = await answerOf(device, files);
  const second = await answerOf(device, files);
  expect(first.steps.length).toBe(5);
  // Objects of typed arrays: compared element by element, NaN and -0 included.
  expect(second).toStrictEqual(first);
});
