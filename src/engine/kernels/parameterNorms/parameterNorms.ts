/** L2 norms of every parameter's gradient, of its weights and of its update, from the squares other kernels leave. */
import { type KernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import workgroupSum from '../workgroupSum.wgsl?raw';
import source from './parameterNorms.wgsl?raw';

const LANES = 64;

/**
 * With c = slot · metricsRow + metricsColumn, per segment and with one workgroup each:
 * metrics[c] = sqrt(Σ gradientSquares), metrics[c + parameters] = sqrt(Σ moveSquares.x), the weights before the step,
 * metrics[c + 2 · parameters] = sqrt(Σ moveSquares.y), their change.
 * - segmentTable: vec4u (firstChunk, chunkCount, metricsColumn, 0) per segment
 * - gradientSquares: `chunkSquares` of `sumPartials`; moveSquares: of `sgd`; step: the uniform of `packStep`
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
    readonly gradientSquares: B;
    readonly moveSquares: B;
    readonly metrics: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { segments, parameters, metricsRow } = shape;
  const { segmentTable, gradientSquares, moveSquares, metrics, step } = buffers;
  const constants = { LANES, METRICS_ROW: metricsRow, PARAMETERS: parameters };
  return {
    kernel: 'parameterNorms',
    code: withConstants(constants, `${STEP_STRUCT}${workgroupSum}${source}`),
    bindings: [segmentTable, gradientSquares, moveSquares, metrics, step],
    workgroups: [segments, 1, 1],
  };
}
