import { traitsOfKind } from '../webgpu/kernels/traits.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerOf, compareCase, disagreements } from './case.ts';
import { caseFiles } from './readCase.ts';
import { testGpu } from '../testing/sharedGpu.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';

// Software adapters take other kernels by themselves.
describe('the kernels that GPUs take, against PyTorch', () => {
  let device: WebGpuDevice;

  beforeAll(async () => {
    const acquired = await testGpu();
    device = new WebGpuDevice({
      ...acquired,
      traits: traitsOfKind('gpu', acquired.traits.subgroupLanes, acquired.traits.halfStorage),
    });
  });

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
