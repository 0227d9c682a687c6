/** L2 norms of every parameter's gradient, of its weights and of its update, from the squares that the optimizer leaves. */
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './parameterNorms.wgsl?raw';

const LANES = 64;

/**
 * With c = slot · metricsRow + metricsColumn, per segment and with one workgroup each:
 * metrics[c] = sqrt(Σ squares.x), the gradient, metrics[c + parameters] = sqrt(Σ squares.y), the weights before the step,
 * metrics[c + 2 · parameters] = sqrt(Σ squares.z), their change.
 * - segmentTable: vec4u (firstChunk, chunkCount, metricsColumn, 0) per segment
 * - squares: as `sgd` leaves them; step: the uniform of `packStep`
 */
export function parameterNorms<B>(
  shape: {
    readonly segments: number;
    /** Columns between two kinds of norm. */
    readonly parameters: number;
    /** Floats in a row of the metrics ring. */
    readonly metricsRow: number;
  },
  buffers: {
    readonly segmentTable: B;
    readonly squares: B;
    readonly metrics: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { segments, parameters, metricsRow } = shape;
  const { segmentTable, squares, metrics, step } = buffers;
  const constants = { LANES, METRICS_ROW: metricsRow, PARAMETERS: parameters };
  return kernelCall({
    kernel: 'parameterNorms',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec4f') + source),
    bindings: [segmentTable, squares, metrics, step],
    workgroups: [segments, 1, 1],
  });
}
