/** Lowers the end of a step: gradients of micro-batches are added up, weights moved, norms taken. */
import type { NetworkOptions } from '../api.ts';
import { addGradients } from '../webgpu/kernels/addGradients/addGradients.ts';
import { CHUNK_WORDS, type Chunk, chunksOf, packChunks } from '../webgpu/kernels/chunks.ts';
import { parameterNorms } from '../webgpu/kernels/parameterNorms/parameterNorms.ts';
import { sgd } from '../webgpu/kernels/sgd/sgd.ts';
import { STEP_BINDING } from './bindings.ts';
import type { ResidentName } from './buffers.ts';
import type { StateLayout } from './layout.ts';
import { floats, type Lowering } from './lowering.ts';
import type { MetricsColumns } from './metricsRow.ts';

/** u32 per row of the segment table. */
const SEGMENT_COLUMNS = 4;

export interface UpdateTables {
  /** As `packChunks` writes it. Inactive parameters have no chunks: nothing moves them. */
  readonly chunks: Uint32Array<ArrayBuffer>;
  /** Per active parameter: firstChunk, chunkCount, metricsColumn, 0. */
  readonly segments: Uint32Array<ArrayBuffer>;
}

export function updateTables(layout: StateLayout, columns: MetricsColumns): UpdateTables {
  const chunks: Chunk[] = [];
  const segments = layout.parameters.flatMap(({ parameter, offset, length }, index) => {
    // Those under a cut shortcut do not move.
    if (!parameter.active) return [];
    const first = chunks.length;
    chunks.push(...chunksOf(length, offset));
    return [first, chunks.length - first, columns.gradient + index, 0];
  });
  return { chunks: packChunks(chunks), segments: Uint32Array.from(segments) };
}

/** Emits the sum of a micro-batch's gradients with those of the earlier ones. */
export function lowerAddition(lowering: Lowering, { chunks }: UpdateTables, first: boolean): void {
  const whole = (buffer: 'gradients' | 'gradientSums') =>
    floats(buffer, 0, lowering.layout.parameterFloats);
  const call = addGradients(
    { chunks: chunks.length / CHUNK_WORDS, first },
    {
      chunkTable: floats('chunkTable', 0, chunks.length),
      gradients: whole('gradients'),
      sums: whole('gradientSums'),
    },
  );
  lowering.emit('update', 'gradients of the batch', call);
}

/**
 * Emits the optimizer and the norms.
 * @param gradients where the whole batch's gradients lie.
 */
export function lowerUpdate(
  lowering: Lowering,
  { chunks, segments }: UpdateTables,
  gradients: 'gradients' | 'gradientSums',
  columns: MetricsColumns,
  metricsFloats: number,
  optimizer: NetworkOptions['training']['optimizer'],
): void {
  const { layout } = lowering;
  const chunkCount = chunks.length / CHUNK_WORDS;
  const squares = floats('squares', 0, 4 * chunkCount);
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
      squares,
      step,
    },
  );
  lowering.emit('update', 'sgd', move);
  const shape = {
    segments: segments.length / SEGMENT_COLUMNS,
    parameters: layout.parameters.length,
    metricsRow: columns.row,
  };
  const norms = parameterNorms(shape, {
    segmentTable: floats('segmentTable', 0, segments.length),
    squares,
    metrics: floats('metrics', 0, metricsFloats),
    step,
  });
  lowering.emit('update', 'norms', norms);
}
