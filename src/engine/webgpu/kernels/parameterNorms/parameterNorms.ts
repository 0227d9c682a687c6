/**
 * L2 norms of every parameter's gradient, of its weights and of its update, from the squares that the optimizer leaves;
 * and which running statistic has overflowed.
 */
import { MOST_STATISTIC } from '../../../plan/overflow.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './parameterNorms.wgsl?raw';

const LANES = 64;
const [MOST_BITS = 0] = new Uint32Array(Float32Array.of(MOST_STATISTIC).buffer);

/**
 * With c = slot · metricsRow + metricsColumn, per segment and with one workgroup each:
 * metrics[c] = sqrt(Σ squares.x), the gradient, metrics[c + parameters] = sqrt(Σ squares.y), the weights before the step,
 * metrics[c + 2 · parameters] = sqrt(Σ squares.z), their change.
 * metrics[slot · metricsRow + overflowColumn] = `overflowIn(running)`, with one more workgroup.
 * - segmentTable: vec4u (firstChunk, chunkCount, metricsColumn, 0) per segment
 * - squares: as `sgd` leaves them; step: the uniform of `packStep`
 * - running: means [statistics], then variances [statistics]
 */
export function parameterNorms<B>(
  shape: {
    readonly segments: number;
    /** Columns between two kinds of norm. */
    readonly parameters: number;
    /** Running means; variances are as many. */
    readonly statistics: number;
    readonly overflowColumn: number;
    /** Floats in a row of the metrics ring. */
    readonly metricsRow: number;
  },
  buffers: {
    readonly segmentTable: B;
    readonly squares: B;
    readonly running: B;
    readonly metrics: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { segments, parameters, statistics, overflowColumn, metricsRow } = shape;
  const { segmentTable, squares, running, metrics, step } = buffers;
  const constants = {
    ...{ LANES, MOST_BITS, METRICS_ROW: metricsRow, SEGMENTS: segments, PARAMETERS: parameters },
    ...{ STATISTICS: statistics, OVERFLOW_COLUMN: overflowColumn },
  };
  return kernelCall({
    kernel: 'parameterNorms',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec4f') + source),
    bindings: [segmentTable, squares, metrics, step, running],
    workgroups: [segments + 1, 1, 1],
  });
}
