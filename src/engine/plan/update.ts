/** Lowers the end of a step: split gradients are added up, norms taken, weights moved. */
import type { NetworkOptions } from '../api.ts';
import { gradientNorms } from '../kernels/gradientNorms/gradientNorms.ts';
import { sgd } from '../kernels/sgd/sgd.ts';
import { sumPartials } from '../kernels/sumPartials/sumPartials.ts';
import { STEP_BINDING } from './bindings.ts';
import type { StateLayout } from './layout.ts';
import { floats, type Lowering } from './lowering.ts';
import type { PartialSums } from './partials.ts';

/** Elements one workgroup handles. */
const CHUNK = 1024;
/** u32 per row of each table. */
const CHUNK_COLUMNS = 8;
const SEGMENT_COLUMNS = 4;
/** Floats of a metrics row before the gradient norms: loss, accuracy. */
export const METRICS_HEAD = 2;

export interface UpdateTables {
  /** Per chunk: offset, length, partialOffset, splits, splitStride, 0, 0, 0. Inactive parameters have no chunks. */
  readonly chunks: Uint32Array<ArrayBuffer>;
  /** Per active parameter: firstChunk, chunkCount, metricsColumn, 0. */
  readonly segments: Uint32Array<ArrayBuffer>;
}

/** Cuts every active parameter into chunks of at most `CHUNK` elements. */
export function updateTables(layout: StateLayout, partials: PartialSums): UpdateTables {
  const chunks: number[] = [];
  const segments: number[] = [];
  layout.parameters.forEach(({ parameter, offset, length }, index) => {
    if (!parameter.active) return;
    const partial = partials.slotOf.get(parameter.name);
    const firstChunk = chunks.length / CHUNK_COLUMNS;
    for (let start = 0; start < length; start += CHUNK) {
      const size = Math.min(CHUNK, length - start);
      const from =
        partial === undefined
          ? [0, 0, 0]
          : [partial.offset + start, partial.splits, partial.stride];
      chunks.push(offset + start, size, ...from, 0, 0, 0);
    }
    const chunkCount = chunks.length / CHUNK_COLUMNS - firstChunk;
    segments.push(firstChunk, chunkCount, METRICS_HEAD + index, 0);
  });
  return { chunks: Uint32Array.from(chunks), segments: Uint32Array.from(segments) };
}

export function lowerUpdate(
  lowering: Lowering,
  tables: UpdateTables,
  partialFloats: number,
  metricsRow: number,
  metricsFloats: number,
  optimizer: NetworkOptions['training']['optimizer'],
): void {
  const chunks = tables.chunks.length / CHUNK_COLUMNS;
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
