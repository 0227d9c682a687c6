/** Puts split weight gradients together and squares all gradients, in one pass over the flat buffer. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, withConstants } from '../kernel.ts';
import workgroupSum from '../workgroupSum.wgsl?raw';
import source from './sumPartials.wgsl?raw';

/**
 * gradients[offset + i] = Σ_s partials[partialOffset + s · splitStride + i] where splits > 0; then
 * chunkSquares[chunk] = Σ_i gradients[offset + i]². One workgroup a chunk; all sums in a fixed order.
 * Squares are plain float32: a norm under about 1e-19 comes out as 0, one over 1.8e19 as infinity.
 * - chunkTable: `packChunks`; partials and gradients: flat; chunkSquares [chunks]
 */
export function sumPartials<B>(
  shape: { readonly chunks: number },
  buffers: {
    readonly chunkTable: B;
    readonly partials: B;
    readonly gradients: B;
    readonly chunkSquares: B;
  },
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  // The count is the table's length, so that tables of any length share one pipeline.
  const ROW = workgroups[1] === 1 ? 0 : workgroups[0];
  const constants = { LANES: CHUNK_LANES, ROW };
  return {
    kernel: 'sumPartials',
    code: withConstants(constants, `${workgroupSum}${source}`),
    bindings: [buffers.chunkTable, buffers.partials, buffers.gradients, buffers.chunkSquares],
    workgroups,
  };
}
