import { beforeAll, describe, expect, it } from 'vitest';
import { testGpu } from '../testing/sharedGpu.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';
import { answerOf, compareCase, disagreements } from './case.ts';
import { caseFiles, caseNames } from './readCase.ts';

describe('the engine against PyTorch', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    device = new WebGpuDevice(await testGpu());
  });

  it('has thirty-three cases', () => {
    expect(caseNames()).toHaveLength(33);
  });

  it.each(caseNames())('agrees on %s', { timeout: 300_000 }, async (name) => {
    expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
  });

  it('gives the same bits again', { timeout: 300_000 }, async () => {
    const files = caseFiles('residual-8-option-b');
    const first = await answerOf(device, files);
    const second = await answerOf(device, files);
    expect(first.steps.length).toBe(5);
    // Objects of typed arrays: compared element by element, NaN and -0 included.
    expect(second).toStrictEqual(first);
  });
});
