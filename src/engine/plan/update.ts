/** Lowers the end of a step: split gradients are added up, norms taken, weights moved. */
import type { NetworkOptions } from '../api.ts';
import { CHUNK_LENGTH, CHUNK_WORDS, type Chunk, packChunks } from '../kernels/chunks.ts';
import { gradientNorms } from '../kernels/gradientNorms/gradientNorms.ts';
import { sgd } from '../kernels/sgd/sgd.ts';
import { sumPartials } from '../kernels/sumPartials/sumPartials.ts';
import { STEP_BINDING } from './bindings.ts';
import type { StateLayout } from './layout.ts';
import { floats, type Lowering } from './lowering.ts';
import type { PartialSums } from './partials.ts';

/** u32 per row of the segment table. */
const SEGMENT_COLUMNS = 4;
/** Floats of a metrics row before the gradient norms: loss, accuracy. */
export const METRICS_HEAD = 2;

export interface UpdateTables {
  /** As `packChunks` writes it. Inactive parameters have no chunks: nothing moves them. */
  readonly chunks: Uint32Array<ArrayBuffer>;
  /** Per active parameter: firstChunk, chunkCount, metricsColumn, 0. */
  readonly segments: Uint32Array<ArrayBuffer>;
}

/** Cuts every active parameter into chunks that one workgroup handles. */
export function updateTables(layout: StateLayout, partials: PartialSums): UpdateTables {
  const chunks: Chunk[] = [];
  const segments: number[] = [];
  layout.parameters.forEach(({ parameter, offset, length }, index) => {
    if (!parameter.active) return;
    const firstChunk = chunks.length;
    const partial = partials.slotOf.get(parameter.name);
    for (let start = 0; start < length; start += CHUNK_LENGTH) {
      chunks.push({
        offset: offset + start,
        length: Math.min(CHUNK_LENGTH, length - start),
        partialOffset: partial === undefined ? 0 : partial.offset + start,
        splits: partial?.splits ?? 0,
        splitStride: partial?.stride ?? 0,
      });
    }
    segments.push(firstChunk, chunks.length - firstChunk, METRICS_HEAD + index, 0);
  });
  return { chunks: packChunks(chunks), segments: Uint32Array.from(segments) };
}

export function lowerUpdate(
  lowering: Lowering,
  tables: UpdateTables,
  partialFloats: number,
  metricsRow: number,
  metricsFloats: number,
  optimizer: NetworkOptions['training']['optimizer'],
): void {
  const chunks = tables.chunks.length / CHUNK_WORDS;
  const segments = tables.segments.length / SEGMENT_COLUMNS;
  const { parameterFloats } = lowering.layout;
  const chunkTable = floats('chunkTable', 0, tables.chunks.length);
  const gradients = floats('gradients', 0, parameterFloats);
  const chunkSquares = floats('chunkSquares', 0, chunks);
  const partials = floats('partials', 0, partialFloats);
  const sum = sumPartials({ chunks }, { chunkTable, partials, gradients, chunkSquares });
  lowering.emit('update', 'gradients', sum);
  const segmentTable = floats('segmentTable', 0, tables.segments.length);
  const metrics = floats('metrics', 0, metricsFloats);
  const step = STEP_BINDING;
  const norms = gradientNorms(
    { segments, metricsRow },
    { segmentTable, chunkSquares, metrics, step },
  );
  lowering.emit('update', 'gradient norms', norms);
  const { momentum, nesterov, weightDecay } = optimizer;
  const weights = floats('weights', 0, parameterFloats);
  const momentumBuffer = floats('momentum', 0, parameterFloats);
  const move = sgd(
    { chunks, momentum, nesterov, weightDecay },
    { chunkTable, gradients, weights, momentumBuffer, step },
  );
  lowering.emit('update', 'sgd', move);
}
