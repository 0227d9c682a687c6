import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import type { Gpu } from '../api.ts';
import { acquireGpu } from '../index.ts';
import { compareCase, disagreements } from './case.ts';
import { caseFiles, caseNames } from './readCase.ts';

describe('the engine against PyTorch', () => {
  let gpu: Gpu;

  beforeAll(async () => {
    const { gpu: entry, adapter } = await nodeGpu();
    gpu = await acquireGpu(entry, adapter);
  });
  afterAll(() => gpu.device.destroy());

  it('has six cases', () => {
    expect(caseNames()).toHaveLength(6);
  });

  it.each(caseNames())('agrees on %s', { timeout: 300_000 }, async (name) => {
    expect(disagreements(await compareCase(gpu, caseFiles(name)))).toEqual([]);
  });
});
