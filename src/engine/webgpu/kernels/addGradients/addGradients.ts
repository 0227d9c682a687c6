/** Adds one micro-batch's gradients to those of the batch's earlier ones. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import source from './addGradients.wgsl?raw';

/**
 * sums += gradients on the elements of all chunks, or sums = gradients for the `first` micro-batch.
 * - chunkTable: `packChunks`; gradients and sums: flat
 */
export function addGradients<B>(
  shape: { readonly chunks: number; readonly first: boolean },
  buffers: {
    readonly chunkTable: B;
    readonly gradients: B;
    readonly sums: B;
  },
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  const constants = {
    LANES: CHUNK_LANES,
    ROW: workgroups[0],
    CHUNKS: shape.chunks,
    FIRST: shape.first,
  };
  return kernelCall({
    kernel: 'addGradients',
    code: () => withConstants(constants, source),
    bindings: [buffers.chunkTable, buffers.gradients, buffers.sums],
    workgroups,
  });
}
