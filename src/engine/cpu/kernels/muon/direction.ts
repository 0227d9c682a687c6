/**
 * Muon's momentum: v = m·v + g; direction = v, with Nesterov g + m·v. A piece is a chunk of a parameter.
 */
import { f32x4, i32, v128 } from '../../wasm/instructions.ts';
import { CHUNK_BYTES } from '../descent/descent.ts';
import { type CpuKernel, VECTOR_BYTES } from '../kernel.ts';
import type { SgdShape } from '../sgd/sgd.ts';

/** `packChunks` in chunkTable. */
export function muonDirection({
  chunks,
  momentum,
  nesterov,
}: SgdShape): CpuKernel<'chunkTable' | 'gradients' | 'momentum' | 'directions'> {
  return {
    kernel: 'muonDirection',
    pieces: chunks,
    tensors: ['chunkTable', 'gradients', 'momentum', 'directions'],
    build(f, chunk, tensors) {
      const header = f.let(i32.add(tensors.chunkTable, i32.mul(chunk, i32.const(CHUNK_BYTES))));
      const at = f.let(i32.mul(i32.load(header), i32.const(4)));
      const end = f.let(i32.add(at, i32.mul(i32.load(header, 4), i32.const(4))));
      const factor = f32x4.const(momentum);
      f.until(at, end, VECTOR_BYTES, () => {
        const v = i32.add(tensors.momentum, at);
        const gradient = f.let(v128.load(i32.add(tensors.gradients, at)));
        const velocity = f.let(f32x4.add(f32x4.mul(v128.load(v), factor), gradient));
        f.store(v, velocity);
        const ahead = f32x4.add(gradient, f32x4.mul(velocity, factor));
        f.store(i32.add(tensors.directions, at), nesterov ? ahead : velocity);
      });
    },
  };
}
