import { expect, it } from 'vitest';
import { type Data, runKernels } from '../../testing/runKernel.ts';
import { packStep, STEP_BYTES, STEP_STRUCT } from './step.ts';

it('puts every value where the shader reads it', async () => {
  const code = `${STEP_STRUCT}
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@group(0) @binding(1) var<uniform> step: Step;
@compute @workgroup_size(1)
fn main() {
  out[0] = f32(step.slot);
  out[1] = f32(step.step);
  out[2] = f32(step.seed);
  out[3] = f32(step.rows);
  out[4] = step.learningRate;
  out[5] = f32(step.images);
  out[6] = f32(step.firstImage);
  out[7] = step.stepSize;
  out[8] = step.secondRoot;
  out[9] = step.mixup;
  out[10] = step.averageRate;
}`;
  const out = new Float32Array(11);
  const packed = packStep({
    slot: 3,
    step: 70_000,
    seed: 2 ** 32 + 5,
    rows: 128,
    learningRate: 0.125,
    adam: { stepSize: 0.25, secondRoot: 0.75 },
    mixup: 0.375,
    averageRate: 0.875,
    images: 300,
    firstImage: 256,
  });
  expect(packed.byteLength).toBe(STEP_BYTES);
  const bindings: Data[] = [out, new Uint32Array(packed)];
  await runKernels({ kernel: 'step', code, bindings, workgroups: [1, 1, 1] });
  expect(Array.from(out)).toEqual([3, 70_000, 5, 128, 0.125, 300, 256, 0.25, 0.75, 0.375, 0.875]);
});
