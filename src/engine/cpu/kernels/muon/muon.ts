/** Muon: w -= lr·(direction + wd·w), the direction made orthogonal before. A piece is a chunk of a parameter. */
import { f32x4, v128 } from '../../wasm/instructions.ts';
import { descend } from '../descent/descent.ts';
import type { CpuKernel } from '../kernel.ts';

/** `packChunks` in chunkTable, whose decay is wd and whose rateFactor multiplies lr. learningRate: one f32. */
export function muon(
  chunks: number,
): CpuKernel<'chunkTable' | 'gradients' | 'weights' | 'directions' | 'learningRate' | 'squares'> {
  return {
    kernel: 'muon',
    pieces: chunks,
    tensors: ['chunkTable', 'gradients', 'weights', 'directions', 'learningRate', 'squares'],
    build(f, chunk, tensors) {
      descend(f, chunk, tensors, ({ decay, rateFactor, partOf }) => {
        const direction = partOf(tensors.directions);
        const rate = f.let(f32x4.mul(v128.loadSplat(tensors.learningRate), rateFactor));
        return {
          moments: [direction],
          changeOf: ({ weight }) =>
            f32x4.mul(rate, f32x4.add(v128.load(direction), f32x4.mul(weight, decay))),
        };
      });
    },
  };
}
