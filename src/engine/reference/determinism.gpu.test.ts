import { beforeAll, expect, it } from 'vitest';
import { answerOf } from './case.ts';
import { caseFiles } from './readCase.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';

let device: WebGpuDevice;
beforeAll(async () => {
  device = new WebGpuDevice(await testGpu());
});

it('gives the same bits again', { timeout: 300_000 }, async () => {
  const files = caseFiles('residual-8-option-b');
  const first = await answerOf(device, files);
  const second = await answerOf(device, files);
  expect(first.steps.length).toBe(5);
  // Objects of typed arrays: compared element by element, NaN and -0 included.
  expect(second).toStrictEqual(first);
});
