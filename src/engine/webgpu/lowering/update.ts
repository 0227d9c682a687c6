/** The end of a step: gradients of micro-batches are added up, weights moved, norms taken. */
import { adamSettings } from '../../../model/optimizer.ts';
import type { Binding, ResidentName } from '../../plan/buffers.ts';
import {
  CHUNK_WORDS,
  chunksOf,
  type MovingParameter,
  muonChunks,
  packChunks,
} from '../../plan/chunks.ts';
import {
  type FilterStrips,
  filterStrips,
  iterate,
  type ProductPart,
} from '../../plan/filterStrips.ts';
import type { MetricsColumns } from '../../plan/metricsRow.ts';
import type { StepOf } from '../../plan/steps.ts';
import { adam } from '../kernels/adam/adam.ts';
import { addGradients } from '../kernels/addGradients/addGradients.ts';
import { average } from '../kernels/average/average.ts';
import { filterProduct, muon, muonDirection } from '../kernels/muon/muon.ts';
import { parameterNorms } from '../kernels/parameterNorms/parameterNorms.ts';
import { sgd } from '../kernels/sgd/sgd.ts';
import { floats, STEP_BINDING } from './bindings.ts';
import type { Lowering } from './lowering.ts';

/** u32 per row of the segment table. */
const SEGMENT_COLUMNS = 4;

export interface UpdateTables {
  /** As `packChunks` writes it. */
  readonly chunks: Uint32Array<ArrayBuffer>;
  /** Per moving parameter: firstChunk, chunkCount, metricsColumn, 0. */
  readonly segments: Uint32Array<ArrayBuffer>;
  /** Muon's chunks, the first ones, and the matrices in them. */
  readonly muonChunks: number;
  readonly strips: FilterStrips;
}

export function updateTables(
  moving: readonly MovingParameter[],
  columns: MetricsColumns,
): UpdateTables {
  const chunks: MovingParameter[] = [];
  const segments = moving.flatMap((parameter) => {
    const first = chunks.length;
    chunks.push(...chunksOf(parameter));
    return [first, chunks.length - first, columns.gradient + parameter.index, 0];
  });
  return {
    ...{ chunks: packChunks(chunks), segments: Uint32Array.from(segments) },
    ...{ muonChunks: muonChunks(chunks), strips: filterStrips(moving) },
  };
}

export function lowerAddGradients(
  lowering: Lowering,
  { chunks }: UpdateTables,
  { isFirst }: StepOf<'addGradients'>,
): void {
  const call = addGradients(
    { chunks: chunks.length / CHUNK_WORDS, first: isFirst },
    {
      chunkTable: floats('chunkTable', 0, chunks.length),
      gradients: wholeBuffer(lowering, 'gradients'),
      sums: wholeBuffer(lowering, 'gradientSums'),
    },
  );
  lowering.emit('gradients of the batch', call);
}

export function lowerSgd(
  lowering: Lowering,
  { chunks, muonChunks: firstChunk }: UpdateTables,
  { gradients, optimizer: { momentum, nesterov } }: StepOf<'sgd'>,
): void {
  const shape = { chunks: chunks.length / CHUNK_WORDS, firstChunk, momentum, nesterov };
  lowering.emit('sgd', sgd(shape, descentBuffers(lowering, chunks, gradients)));
}

export function lowerMuon(
  lowering: Lowering,
  { chunks, muonChunks: count, strips }: UpdateTables,
  { gradients, optimizer: { momentum, nesterov } }: StepOf<'muon'>,
): void {
  const buffers = descentBuffers(lowering, chunks, gradients);
  const whole = (name: 'directions' | 'nextDirections') => wholeBuffer(lowering, name);
  const square = (name: 'grams' | 'polynomials') => floats(name, 0, strips.gramFloats);
  const [grams, polynomials] = [square('grams'), square('polynomials')];
  const multiply = (part: ProductPart, left: Binding, right: Binding, output: Binding) => {
    const isFilter = part === 'filter';
    const shape = {
      ...{ part, firstStrip: isFilter ? strips.gramStrips : 0 },
      strips: isFilter ? strips.filterStrips : strips.gramStrips,
    };
    const table = floats('filterStrips', 0, strips.table.length);
    lowering.emit('muon', filterProduct(shape, { strips: table, left, right, output }));
  };
  const shape = { chunks: count, momentum, nesterov };
  lowering.emit('muon', muonDirection(shape, { ...buffers, directions: whole('directions') }));
  const last = iterate((x, next, isFirst) => {
    multiply('gram', whole(x), whole(x), grams);
    multiply(isFirst ? 'first' : 'polynomial', grams, grams, polynomials);
    multiply('filter', whole(x), polynomials, whole(next));
  });
  lowering.emit('muon', muon(count, { ...buffers, directions: whole(last) }));
}

export function lowerAdam(
  lowering: Lowering,
  { chunks }: UpdateTables,
  { gradients, optimizer }: StepOf<'adam'>,
): void {
  const shape = {
    ...adamSettings(optimizer),
    chunks: chunks.length / CHUNK_WORDS,
    decoupled: optimizer.type === 'adamw',
  };
  const buffers = {
    ...descentBuffers(lowering, chunks, gradients),
    secondMoment: wholeBuffer(lowering, 'secondMoment'),
  };
  lowering.emit('adam', adam(shape, buffers));
}

const descentBuffers = (lowering: Lowering, chunks: Uint32Array, gradients: ResidentName) => ({
  chunkTable: floats('chunkTable', 0, chunks.length),
  gradients: wholeBuffer(lowering, gradients),
  weights: wholeBuffer(lowering, 'weights'),
  momentumBuffer: wholeBuffer(lowering, 'momentum'),
  squares: squaresOf(chunks),
  step: STEP_BINDING,
});

export function lowerAverage(lowering: Lowering): void {
  const { parameterFloats, statisticFloats } = lowering.layout;
  for (const [values, averages, length] of [
    ['weights', 'average', parameterFloats],
    ['running', 'averageRunning', statisticFloats],
  ] as const) {
    if (length === 0) continue;
    const buffers = {
      values: floats(values, 0, length),
      average: floats(averages, 0, length),
      step: STEP_BINDING,
    };
    lowering.emit('average', average(length, buffers));
  }
}

/** @param metricsFloats floats of the whole ring. */
export function lowerParameterNorms(
  lowering: Lowering,
  {
    update: { chunks, segments },
    columns: { row: metricsRow, overflow },
  }: { readonly update: UpdateTables; readonly columns: MetricsColumns },
  metricsFloats: number,
): void {
  const { parameters, statisticFloats } = lowering.layout;
  const shape = {
    segments: segments.length / SEGMENT_COLUMNS,
    parameters: parameters.length,
    statistics: statisticFloats / 2,
    overflowColumn: overflow,
    metricsRow,
  };
  const call = parameterNorms(shape, {
    segmentTable: floats('segmentTable', 0, segments.length),
    squares: squaresOf(chunks),
    // Without BatchNorm there are none, but a buffer.
    running: floats('running', 0, Math.max(1, statisticFloats)),
    metrics: floats('metrics', 0, metricsFloats),
    step: STEP_BINDING,
  });
  lowering.emit('norms', call);
}

const squaresOf = (chunks: Uint32Array) => floats('squares', 0, (4 * chunks.length) / CHUNK_WORDS);

const wholeBuffer = ({ layout }: Lowering, buffer: ResidentName) =>
  floats(buffer, 0, layout.parameterFloats);
