/** Lowers the end of a step: split gradients are added up, weights moved, norms taken. */
import type { NetworkOptions } from '../api.ts';
import { addGradients } from '../kernels/addGradients/addGradients.ts';
import { CHUNK_WORDS } from '../kernels/chunks.ts';
import { parameterNorms } from '../kernels/parameterNorms/parameterNorms.ts';
import { sgd } from '../kernels/sgd/sgd.ts';
import { STEP_BINDING } from './bindings.ts';
import type { ResidentName } from './buffers.ts';
import type { GradientSums } from './gradientSums.ts';
import { floats, type Lowering } from './lowering.ts';
import type { MetricsColumns } from './metricsRow.ts';

/** u32 per row of the segment table. */
const SEGMENT_COLUMNS = 4;

export interface UpdateTables {
  /** As `packChunks` writes it. Inactive parameters have no chunks: nothing moves them. */
  readonly chunks: Uint32Array<ArrayBuffer>;
  /** Per active parameter: firstChunk, chunkCount, metricsColumn, 0. */
  readonly segments: Uint32Array<ArrayBuffer>;
  /** Of `ResponseTable`. */
  readonly layers: Uint32Array<ArrayBuffer>;
}

/** Emits the sum of a micro-batch's gradients with those of the earlier ones. @param chunks rows of the chunk table. */
export function lowerAddition(lowering: Lowering, chunks: number, first: boolean): void {
  const whole = (buffer: 'gradients' | 'gradientSums') =>
    floats(buffer, 0, lowering.layout.parameterFloats);
  const call = addGradients(
    { chunks, first },
    {
      chunkTable: floats('chunkTable', 0, chunks * CHUNK_WORDS),
      gradients: whole('gradients'),
      sums: whole('gradientSums'),
      chunkSquares: floats('chunkSquares', 0, chunks),
    },
  );
  lowering.emit('update', 'gradients of the batch', call);
}

/**
 * Emits the optimizer and the norms. @param chunks the finished table of `sums`.
 * @param gradients where the whole batch's gradients lie.
 * @returns the segment table.
 */
export function lowerUpdate(
  lowering: Lowering,
  sums: GradientSums,
  chunks: UpdateTables['chunks'],
  gradients: 'gradients' | 'gradientSums',
  columns: MetricsColumns,
  metricsFloats: number,
  optimizer: NetworkOptions['training']['optimizer'],
): UpdateTables['segments'] {
  const { layout } = lowering;
  const rows = layout.parameters.flatMap(({ parameter }, index) => {
    const range = sums.rangeOf(parameter.name);
    return range === undefined ? [] : [[range.first, range.count, columns.gradient + index, 0]];
  });
  const chunkCount = chunks.length / CHUNK_WORDS;
  const moveSquares = floats('moveSquares', 0, 2 * chunkCount);
  const step = STEP_BINDING;
  const { momentum, nesterov, weightDecay } = optimizer;
  const whole = (buffer: ResidentName) => floats(buffer, 0, layout.parameterFloats);
  const move = sgd(
    { chunks: chunkCount, momentum, nesterov, weightDecay },
    {
      chunkTable: floats('chunkTable', 0, chunks.length),
      gradients: whole(gradients),
      weights: whole('weights'),
      momentumBuffer: whole('momentum'),
      moveSquares,
      step,
    },
  );
  lowering.emit('update', 'sgd', move);
  const shape = {
    segments: rows.length,
    parameters: layout.parameters.length,
    metricsRow: columns.row,
  };
  const norms = parameterNorms(shape, {
    segmentTable: floats('segmentTable', 0, rows.length * SEGMENT_COLUMNS),
    gradientSquares: floats('chunkSquares', 0, chunkCount),
    moveSquares,
    metrics: floats('metrics', 0, metricsFloats),
    step,
  });
  lowering.emit('update', 'norms', norms);
  return Uint32Array.from(rows.flat());
}
