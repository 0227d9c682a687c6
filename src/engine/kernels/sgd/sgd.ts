/** The optimizer: torch.optim.SGD over the flat parameter buffer. It also squares what it reads and what it changes. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import workgroupSum from '../workgroupSum.wgsl?raw';
import source from './sgd.wgsl?raw';

export interface SgdShape {
  readonly chunks: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

/**
 * d = g + weightDecay · w; v = momentum · v + d; w -= learningRate · (nesterov ? d + momentum · v : v).
 * Elements in no chunk stay as they are. The learning rate is `step.learningRate`.
 * - chunkTable: `packChunks`; gradients, weights, momentumBuffer: flat
 * - moveSquares: vec2f per chunk, (Σ w², Σ Δw²) with w from before the step and Δw what is subtracted from it
 */
export function sgd<B>(
  shape: SgdShape,
  buffers: {
    readonly chunkTable: B;
    readonly gradients: B;
    readonly weights: B;
    readonly momentumBuffer: B;
    readonly moveSquares: B;
    readonly step: B;
  },
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  const constants = {
    LANES: CHUNK_LANES,
    ROW: workgroups[0],
    CHUNKS: shape.chunks,
    MOMENTUM: { f32: shape.momentum },
    NESTEROV: shape.nesterov,
    WEIGHT_DECAY: { f32: shape.weightDecay },
  };
  const { chunkTable, gradients, weights, momentumBuffer, moveSquares, step } = buffers;
  return {
    kernel: 'sgd',
    code: withConstants(constants, `${STEP_STRUCT}${workgroupSum}${source}`),
    bindings: [chunkTable, gradients, weights, momentumBuffer, moveSquares, step],
    workgroups,
  };
}
