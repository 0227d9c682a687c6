import { beforeAll, describe, expect, it } from 'vitest';
import { testGpu } from '../testing/sharedGpu.ts';
import { traitsOfKind } from '../webgpu/kernels/traits.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';
import { answerOf, compareAnswer, compareCase, disagreements } from './case.ts';
import { caseFiles } from './readCase.ts';

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

  it('agree on residual-8-option-a, and give the same bits again', {
    timeout: 600_000,
  }, async () => {
    const files = caseFiles('residual-8-option-a');
    const first = await answerOf(device, files);
    expect(disagreements(compareAnswer(files, first))).toEqual([]);
    // Objects of typed arrays: compared element by element, NaN and -0 included.
    expect(await answerOf(device, files)).toStrictEqual(first);
  });

  it.each(['bottleneck-11-option-c', 'batchnorm-eps'])(
    'agree on %s',
    {
      timeout: 600_000,
    },
    async (name) => {
      expect(disagreements(await compareCase(device, caseFiles(name)))).toEqual([]);
    },
  );
});
