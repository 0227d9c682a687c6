/** The L2 norm of every parameter's gradient, from the squares that `sumPartials` leaves. */
import { type KernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import workgroupSum from '../workgroupSum.wgsl?raw';
import source from './gradientNorms.wgsl?raw';

const LANES = 64;

/**
 * metrics[slot · metricsRow + metricsColumn] = sqrt(Σ chunkSquares) per segment; one workgroup a segment.
 * - segmentTable: vec4u (firstChunk, chunkCount, metricsColumn, 0) per segment
 * - chunkSquares: of `sumPartials`; step: the uniform of `packStep`
 */
export function gradientNorms<B>(
  shape: {
    readonly segments: number;
    /** Floats in a row of the metrics ring. */
    readonly metricsRow: number;
  },
  buffers: {
    readonly segmentTable: B;
    readonly chunkSquares: B;
    readonly metrics: B;
    readonly step: B;
  },
): KernelCall<B> {
  const constants = { LANES, METRICS_ROW: shape.metricsRow };
  return {
    kernel: 'gradientNorms',
    code: withConstants(constants, `${STEP_STRUCT}${workgroupSum}${source}`),
    bindings: [buffers.segmentTable, buffers.chunkSquares, buffers.metrics, buffers.step],
    workgroups: [shape.segments, 1, 1],
  };
}
