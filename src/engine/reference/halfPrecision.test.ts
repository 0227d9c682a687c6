/** Half precision against PyTorch's float64, with tolerances of its own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeGpu } from '../../../headless/gpu.ts';
import { acquireGpu, type Gpu, WebGpuDevice } from '../index.ts';
import { type CaseFiles, compareCase, disagreements, TOLERANCE, type Tolerance } from './case.ts';
import { caseFiles } from './readCase.ts';

let gpu: Gpu;
beforeAll(async () => {
  const { gpu: instance, adapter } = await nodeGpu();
  gpu = await acquireGpu(instance, adapter);
});
afterAll(() => gpu.device.destroy());

function inHalf(files: CaseFiles): CaseFiles {
  const config = JSON.parse(files.config);
  return {
    ...files,
    config: JSON.stringify({ ...config, training: { ...config.training, precision: 'half' } }),
  };
}

/**
 * About three times what was measured on llvmpipe and SwiftShader. With tanh: 1.8e-5, 8.5e-4, 2.9e-3, 8.3e-4; each
 * element is rounded by up to 4.9e-4. With ReLU one value in a thousand falls to the other side of 0, which changes a
 * step's gradients by some per cent in nets as small as these; what five such steps make of eight images says no more
 * than that the losses stay near: 1.7e-2 at most.
 */
const CASES: readonly (readonly [string, Tolerance])[] = [
  ['no-normalization-tanh', { loss: 6e-5, gradNorm: 3e-3, weights: 1e-2, logits: 3e-3 }],
  ['residual-8-option-a', { loss: 5e-2, gradNorm: 1, weights: 1, logits: 0.2 }],
];

it.each(CASES)('agrees on %s', { timeout: 300_000 }, async (name, tolerance) => {
  const { halfStorage } = gpu.traits;
  const kinds =
    halfStorage === undefined ? (['rounded'] as const) : (['rounded', halfStorage] as const);
  for (const half of kinds) {
    const device = new WebGpuDevice({ ...gpu, traits: { ...gpu.traits, halfStorage: half } });
    const deviations = await compareCase(device, inHalf(caseFiles(name)), () => ({}), tolerance);
    expect(disagreements(deviations), half).toEqual([]);
    // It did compute in half precision.
    expect(
      disagreements(deviations.map((one) => ({ ...one, tolerance: TOLERANCE.loss }))),
    ).not.toEqual([]);
  }
});
