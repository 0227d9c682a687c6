import { afterAll, describe, expect, it } from 'vitest';
import { compareCase, disagreements } from '../reference/case.ts';
import { caseFiles, caseNames } from '../reference/readCase.ts';
import { CpuDevice } from './cpuDevice.ts';
import { ARITHMETICS } from './testing/runCpuKernel.ts';
import { openNodeThread } from './threads/nodeThreads.ts';

describe.each(ARITHMETICS)('the processor against PyTorch, %s', (arithmetic) => {
  const device = new CpuDevice({ workers: [openNodeThread()], arithmetic });
  afterAll(() => device.destroy());

  it.each(caseNames())('agrees on %s', async (name) => {
    expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
  });
});
