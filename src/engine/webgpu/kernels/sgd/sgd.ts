/** The optimizer: torch.optim.SGD over the flat parameter buffer. It also squares what it reads and what it changes. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './sgd.wgsl?raw';

export interface SgdShape {
  /** In the table. */
  readonly chunks: number;
  /** The first of them that it moves; left out: 0. */
  readonly firstChunk?: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * d = g + decay · w; v = momentum · v + d; w -= rateFactor · step.learningRate · (nesterov ? d + momentum · v : v).
 * Elements in no chunk stay as they are. Decay and rateFactor are the chunk's.
 * - chunkTable: `packChunks`; gradients, weights, momentumBuffer: flat
 * - squares: vec4f per chunk, (Σ g², Σ w², Σ Δw², 0) with w from before the step and Δw what is subtracted from it.
 *   Plain float32: a norm under about 1e-19 comes out as 0, one over 1.8e19 as infinity.
 */
export function sgd<B>(
  shape: SgdShape,
  buffers: {
    readonly chunkTable: B;
    readonly gradients: B;
    readonly weights: B;
    readonly momentumBuffer: B;
    readonly squares: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { firstChunk = 0 } = shape;
  const workgroups = gridFor(shape.chunks - firstChunk, 1);
  const constants = {
    LANES: CHUNK_LANES,
    ROW: workgroups[0],
    FIRST: firstChunk,
    CHUNKS: shape.chunks,
    MOMENTUM: { f32: shape.momentum },
    NESTEROV: shape.nesterov,
  };
  const { chunkTable, gradients, weights, momentumBuffer, squares, step } = buffers;
  return kernelCall({
    kernel: 'sgd',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec4f') + source),
    bindings: [chunkTable, gradients, weights, momentumBuffer, squares, step],
    workgroups,
  });
}
