import { expect, it } from 'vitest';
import { hash32 } from '../../../data/hash.ts';
import { runKernels } from '../../testing/runKernel.ts';
import source from './hash32.wgsl?raw';

it('gives the bits of the TypeScript', async () => {
  const inputs = new Uint32Array(64 * 3).map((_, i) => Math.imul(i * i + 1, 0x9e3779b1));
  inputs.set([0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const outputs = new Uint32Array(64);
  const code = `${source}
@group(0) @binding(0) var<storage, read> inputs: array<u32>;
@group(0) @binding(1) var<storage, read_write> outputs: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32) {
  outputs[i] = hash32(inputs[3u * i], inputs[3u * i + 1u], inputs[3u * i + 2u]);
}`;
  await runKernels({
    kernel: 'hash32',
    code,
    bindings: [inputs, outputs],
    workgroups: [1, 1, 1],
  });
  const expected = outputs.map((_, i) =>
    hash32(inputs[3 * i] ?? 0, inputs[3 * i + 1] ?? 0, inputs[3 * i + 2] ?? 0),
  );
  expect(outputs).toEqual(expected);
  expect(new Set(outputs).size).toBe(64);
});
