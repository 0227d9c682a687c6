import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import { acquireGpu, WebGpuDevice } from '../index.ts';
import { compareCase, disagreements } from './case.ts';
import { caseFiles, caseNames } from './readCase.ts';

describe('the engine against PyTorch', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    const { gpu, adapter } = await nodeGpu();
    device = new WebGpuDevice(await acquireGpu(gpu, adapter));
  });
  afterAll(() => device.destroy());

  it('has six cases', () => {
    expect(caseNames()).toHaveLength(6);
  });

  it.each(caseNames())('agrees on %s', { timeout: 300_000 }, async (name) => {
    expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
  });
});
