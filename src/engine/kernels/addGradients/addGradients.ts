/** Adds one micro-batch's gradients to those of the batch's earlier ones. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, withConstants } from '../kernel.ts';
import workgroupSum from '../workgroupSum.wgsl?raw';
import source from './addGradients.wgsl?raw';

/**
 * sums += gradients on the elements of all chunks, or sums = gradients for the `first` micro-batch; then
 * chunkSquares[chunk] = Σ sums², so that after the last one they are the squares of the whole batch's gradient.
 * - chunkTable: `packChunks`; gradients and sums: flat; chunkSquares [chunks]
 */
export function addGradients<B>(
  shape: { readonly chunks: number; readonly first: boolean },
  buffers: {
    readonly chunkTable: B;
    readonly gradients: B;
    readonly sums: B;
    readonly chunkSquares: B;
  },
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  const constants = {
    LANES: CHUNK_LANES,
    ROW: workgroups[0],
    CHUNKS: shape.chunks,
    FIRST: shape.first,
  };
  return {
    kernel: 'addGradients',
    code: withConstants(constants, `${workgroupSum}${source}`),
    bindings: [buffers.chunkTable, buffers.gradients, buffers.sums, buffers.chunkSquares],
    workgroups,
  };
}
