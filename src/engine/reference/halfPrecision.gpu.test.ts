/** Half precision against PyTorch's float64, with tolerances of its own. */

import { beforeAll, expect, it } from 'vitest';
import { testGpu } from '../testing/sharedGpu.ts';
import type { Gpu } from '../webgpu/device.ts';
import type { AdapterTraits } from '../webgpu/kernels/traits.ts';
import { traitsOfKind } from '../webgpu/kernels/traits.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';
import { type CaseFiles, compareCase, disagreements, TOLERANCE, type Tolerance } from './case.ts';
import { caseFiles } from './readCase.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await testGpu();
});

function inHalf(files: CaseFiles): CaseFiles {
  const config = JSON.parse(files.config);
  return {
    ...files,
    config: JSON.stringify({ ...config, training: { ...config.training, precision: 'half' } }),
  };
}

/**
 * About three times what was measured on SwiftShader. With tanh: 1.2e-5, 7.2e-4, 2.2e-3, 7.7e-4; each element is rounded
 * by up to 4.9e-4. With ReLU: 1.1e-3, 0.17, 0.13, 1.9e-2, in a net this small on eight images. With ReLU and AdamW:
 * 3.8e-5, 3.4e-2, 1.9e-3, 7.0e-4.
 */
const WITH_TANH: readonly [string, Tolerance] = [
  'no-normalization-tanh',
  { loss: 4e-5, gradNorm: 3e-3, weights: 7e-3, logits: 2.5e-3 },
];
const WITH_ADAMW: readonly [string, Tolerance] = [
  'adamw-decay-of-weights',
  { loss: 1.2e-4, gradNorm: 0.1, weights: 6e-3, logits: 2.1e-3 },
];
const WITH_RELU: readonly [string, Tolerance] = [
  'residual-8-option-a',
  { loss: 4e-3, gradNorm: 0.5, weights: 0.4, logits: 6e-2 },
];

async function expectAgreement(
  traits: AdapterTraits,
  name: string,
  tolerance: Tolerance,
): Promise<void> {
  const device = new WebGpuDevice({ ...gpu, traits });
  const deviations = await compareCase(device, inHalf(caseFiles(name)), () => ({}), tolerance);
  expect(disagreements(deviations), traits.halfStorage).toEqual([]);
  // It did compute in half precision.
  const exact = deviations.map((one) => ({ ...one, tolerance: TOLERANCE.loss }));
  expect(disagreements(exact)).not.toEqual([]);
}

it.each([WITH_TANH, WITH_RELU, WITH_ADAMW])(
  'agrees on %s',
  { timeout: 300_000 },
  async (name, tolerance) => {
    const { halfStorage } = gpu.traits;
    await expectAgreement({ ...gpu.traits, halfStorage: 'rounded' }, name, tolerance);
    if (halfStorage !== undefined) await expectAgreement(gpu.traits, name, tolerance);
  },
);

it('agrees with the kernels that GPUs take', { timeout: 300_000 }, async () => {
  const traits = traitsOfKind('gpu', gpu.traits.subgroupLanes, 'rounded');
  await expectAgreement(traits, ...WITH_RELU);
});
