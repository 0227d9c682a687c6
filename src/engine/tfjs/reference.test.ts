import { beforeAll, describe, expect, it } from 'vitest';
import { compareCase, disagreements } from '../reference/case.ts';
import { caseFiles, caseNames } from '../reference/readCase.ts';
import { heldTensors } from '../testing/heldTensors.ts';
import { openWasm } from './backends/wasm.ts';
import { TfjsDevice } from './tfjsDevice.ts';

describe('TensorFlow.js against PyTorch', () => {
  let device: TfjsDevice;
  /** By other files of the process. */
  let tensorsBefore: number;

  beforeAll(async () => {
    tensorsBefore = heldTensors();
    device = new TfjsDevice(await openWasm(null));
  });

  it('refuses micro-batches', async () => {
    await expect(compareCase(device, caseFiles('ghost-batchnorm'))).rejects.toThrow(
      'trains on whole batches',
    );
  });

  const whole = caseNames().filter((name) => name !== 'ghost-batchnorm');
  it.each(whole)('agrees on %s, and leaves no tensor behind', async (name) => {
    expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
    expect(heldTensors()).toBe(tensorsBefore);
  });
});
