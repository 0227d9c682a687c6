import { beforeAll, describe, expect, it } from 'vitest';
import { compareCase, disagreements } from './case.ts';
import { caseFiles, caseNames } from './readCase.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';

describe('the engine against PyTorch', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    device = new WebGpuDevice(await testGpu());
  });

  it('has six cases', () => {
    expect(caseNames()).toHaveLength(6);
  });

  it.each(caseNames())('agrees on %s', { timeout: 300_000 }, async (name) => {
    expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
  });
});
