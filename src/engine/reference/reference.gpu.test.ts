import { beforeAll, describe, expect, it } from 'vitest';
import { WebGpuDevice } from '../index.ts';
import { compareCase, disagreements } from './case.ts';
import { caseFiles, caseNames } from './readCase.ts';
import { testGpu } from '../testing/sharedGpu.ts';

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
