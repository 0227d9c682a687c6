/** torch.optim.Adam and AdamW over the flat parameter buffer. It also squares what it reads and what it changes. */
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './adam.wgsl?raw';

export interface AdamShape {
  readonly chunks: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** AdamW: the decay moves the weights by itself, past the moments (Loshchilov & Hutter 2019). */
  readonly decoupled: boolean;
}

/**
 * d = g + decay · w; m = β₁ · m + (1 − β₁) · d; s = β₂ · s + (1 − β₂) · d²;
 * w -= step.stepSize · m / (√s / step.secondRoot + ε). Decoupled: d = g, and first w -= step.learningRate · decay · w.
 * Both rates times the chunk's rateFactor; the decay is the chunk's too. Elements in no chunk stay as they are.
 * - chunkTable: `packChunks`; gradients, weights, momentumBuffer (m), secondMoment (s): flat
 * - squares: as `sgd` leaves them
 */
export function adam<B>(
  shape: AdamShape,
  buffers: {
    readonly chunkTable: B;
    readonly gradients: B;
    readonly weights: B;
    readonly momentumBuffer: B;
    readonly secondMoment: B;
    readonly squares: B;
    readonly step: B;
  },
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  const constants = {
    LANES: CHUNK_LANES,
    ROW: workgroups[0],
    CHUNKS: shape.chunks,
    BETA1: { f32: shape.beta1 },
    ONE_MINUS_BETA1: { f32: 1 - shape.beta1 },
    BETA2: { f32: shape.beta2 },
    ONE_MINUS_BETA2: { f32: 1 - shape.beta2 },
    EPSILON: { f32: shape.epsilon },
    DECOUPLED: shape.decoupled,
  };
  const { chunkTable, gradients, weights, momentumBuffer, secondMoment, squares, step } = buffers;
  return kernelCall({
    kernel: 'adam',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec4f') + source),
    bindings: [chunkTable, gradients, weights, momentumBuffer, secondMoment, squares, step],
    workgroups,
  });
}
