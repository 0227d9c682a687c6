import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import { acquireGpu, WebGpuDevice } from '../index.ts';
import { answerOf, compareCase, disagreements } from './case.ts';
import { caseFiles } from './readCase.ts';

// Software adapters take other kernels by themselves.
describe('the kernels that GPUs take, against PyTorch', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    const { gpu, adapter } = await nodeGpu();
    const acquired = await acquireGpu(gpu, adapter);
    device = new WebGpuDevice({ ...acquired, traits: { ...acquired.traits, kind: 'gpu' } });
  });
  afterAll(() => device.destroy());

  it.each(['residual-8-option-a', 'bottleneck-11-option-c'])(
    'agree on %s',
    { timeout: 600_000 },
    async (name) => {
      expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
    },
  );

  it('give the same bits again', { timeout: 600_000 }, async () => {
    const files = caseFiles('residual-8-option-a');
    const first = await answerOf(device, files);
    expect(await answerOf(device, files)).toStrictEqual(first);
  });
});
