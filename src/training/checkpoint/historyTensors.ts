/** A run's history as tensors of a checkpoint file, and back. */
import type { LayerNames } from '../../model/layerNames.ts';
import type { SafetensorsTensor } from '../../weights/safetensors.ts';
import type { WritableTensor } from '../../weights/writeSafetensors.ts';
import { type HistoryState, type LatestStep, RunHistory } from '../history.ts';
import { type ColumnSpec, type Evaluated, QUANTITIES } from '../measurements.ts';
import type { RowTable, TableState, Values } from '../rowTable.ts';
import { CheckpointError } from './checkpoint.ts';
import { t } from '../../text/t.ts';

type Tensors = ReadonlyMap<string, SafetensorsTensor>;

const ROW_STEPS = ['firstStep', 'lastStep', 'steps'] as const;
const STATISTICS = ['weightNorm', 'updateNorm', 'activationStd'] as const;

/** Each tensor with its name, which begins with `prefix`. Steps are below 2³¹ and fit I32. */
export function* historyTensors(
  prefix: string,
  state: HistoryState,
  names: LayerNames,
): Generator<[string, WritableTensor]> {
  const empty = new RunHistory(names);
  const { statistics, latest, evaluations } = state;
  yield* tableTensors(prefix, state, empty);
  yield [`${prefix}statistics.stride`, { shape: [1], data: Int32Array.of(statistics.stride) }];
  yield* tableTensors(`${prefix}statistics.`, statistics, empty.statistics);
  const tests = evaluations.flatMap(({ step, loss, accuracy }) => [step, loss, accuracy]);
  const testShape = [evaluations.length, 3];
  yield [`${prefix}evaluations`, { shape: testShape, data: Float64Array.from(tests) }];
  if (latest === null) return;
  const { step, loss, accuracy, learningRate, elapsedMs, gradNorm } = latest;
  const values = Float64Array.of(step, loss, accuracy, learningRate, elapsedMs);
  yield [`${prefix}latest`, { shape: [values.length], data: values }];
  yield [`${prefix}latest.gradNorm`, { shape: [gradNorm.length], data: gradNorm }];
  if (latest.statistics === null) return;
  for (const kind of STATISTICS) {
    const data = latest.statistics[kind];
    yield [`${prefix}latest.${kind}`, { shape: [data.length], data }];
  }
}

function* tableTensors(
  prefix: string,
  state: TableState,
  table: RowTable,
): Generator<[string, WritableTensor]> {
  const rows = state.firstStep.length;
  for (const name of ROW_STEPS) {
    yield [`${prefix}${name}`, { shape: [rows], data: Int32Array.from(state[name]) }];
  }
  for (const spec of table.specs) {
    const data = state.columns[spec.name];
    if (data === undefined) throw new Error(`no column ${spec.name}`);
    yield [`${prefix}${spec.name}`, { shape: shapeOf(rows, spec, table), data }];
  }
}

/** A column with one number per row is a vector; all others are matrices. */
const shapeOf = (rows: number, spec: ColumnSpec, table: RowTable): number[] =>
  spec.of.every((quantity) => QUANTITIES[quantity] === 'step') ? [rows] : [rows, table.width(spec)];

/** @throws CheckpointError naming the tensor that is missing or does not fit the others. */
export function readHistory(
  tensors: Tensors,
  prefix: string,
  names: LayerNames,
  stride: number,
): HistoryState {
  const read = new Reader(tensors, prefix);
  const empty = new RunHistory(names);
  const rows = readTable(read, empty, stride);
  const state = {
    ...rows,
    statistics: readStatistics(new Reader(tensors, `${prefix}statistics.`), empty.statistics),
    latest: readLatest(read, empty),
    evaluations: readEvaluations(read),
  };
  const next = (rows.lastStep.at(-1) ?? -1) + 1;
  if (state.latest === null ? next > 0 : state.latest.step !== next - 1) {
    read.fail('latest', t`is not the step of the last row`);
  }
  return state;
}

/** A file may leave the statistics out. */
function readStatistics(read: Reader, empty: RowTable): TableState {
  if (!read.has('stride')) return empty.state;
  const [stride = 0] = read.steps('stride', 1);
  if (stride < 1) read.fail('stride', t`is no number of steps`);
  return readTable(read, empty, stride);
}

function readTable(read: Reader, table: RowTable, stride: number): TableState {
  const firstStep = read.steps('firstStep');
  const rows = firstStep.length;
  if (rows > table.maxRows) read.fail('firstStep', t`${rows} rows, ${table.maxRows} at most`);
  const state = {
    stride,
    firstStep,
    lastStep: read.steps('lastStep', rows),
    steps: read.steps('steps', rows),
    columns: Object.fromEntries(
      table.specs.map((spec): [string, Values] => {
        const [, ...width] = shapeOf(rows, spec, table);
        // The width of an empty matrix does not matter.
        const shape = [rows, ...width.map((size) => (rows === 0 ? null : size))];
        const { name } = spec;
        return [
          name,
          spec.array === Float32Array ? read.float32(name, shape) : read.float64(name, shape),
        ];
      }),
    ),
  };
  checkRows(read, state);
  return state;
}

function readLatest(read: Reader, table: RowTable): LatestStep | null {
  if (!read.has('latest')) return null;
  const [step = 0, loss = 0, accuracy = 0, learningRate = 0, elapsedMs = 0] = read.float64(
    'latest',
    [5],
  );
  const vector = (kind: (typeof STATISTICS)[number] | 'gradNorm') =>
    read.float32(`latest.${kind}`, [table.widthOf(kind)]);
  const gradNorm = vector('gradNorm');
  const statistics = read.has('latest.weightNorm')
    ? {
        weightNorm: vector('weightNorm'),
        updateNorm: vector('updateNorm'),
        activationStd: vector('activationStd'),
      }
    : null;
  return { step, loss, accuracy, learningRate, elapsedMs, gradNorm, statistics };
}

function readEvaluations(read: Reader): Evaluated[] {
  const values = read.float64('evaluations', [null, 3]);
  return Array.from({ length: values.length / 3 }, (_, i) => {
    const [step = 0, loss = 0, accuracy = 0] = values.subarray(3 * i, 3 * i + 3);
    return { step, loss, accuracy };
  });
}

/** Rows must follow each other, since they are searched by step. */
function checkRows(read: Reader, { firstStep, lastStep, steps, stride }: TableState): void {
  let next = 0;
  for (const [row, first] of firstStep.entries()) {
    const last = lastStep[row] ?? 0;
    const count = steps[row] ?? 0;
    if (first < next || last < first || count < 1 || count > stride) {
      read.fail('firstStep', t`row ${row} does not follow the one before it`);
    }
    next = last + 1;
  }
}

/** Takes tensors out by name, checked. */
class Reader {
  constructor(
    private readonly tensors: Tensors,
    private readonly prefix: string,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(`${this.prefix}${name}`);
  }

  float32(name: string, shape: readonly (number | null)[]): Float32Array {
    const tensor = this.find(name, shape);
    return tensor.dtype === 'F32' ? tensor.data : this.fail(name, t`is ${tensor.dtype}, not F32`);
  }

  float64(name: string, shape: readonly (number | null)[]): Float64Array {
    const tensor = this.find(name, shape);
    return tensor.dtype === 'F64' ? tensor.data : this.fail(name, t`is ${tensor.dtype}, not F64`);
  }

  /** @param rows null: however many there are. */
  steps(name: string, rows: number | null = null): Uint32Array {
    const tensor = this.find(name, [rows]);
    if (tensor.dtype !== 'I32') return this.fail(name, t`is ${tensor.dtype}, not I32`);
    if (tensor.data.some((step) => step < 0)) return this.fail(name, t`holds a negative number`);
    return Uint32Array.from(tensor.data);
  }

  fail(name: string, fault: string): never {
    throw new CheckpointError('unfit', t`the history’s tensor ${this.prefix}${name} ${fault}`);
  }

  private find(name: string, shape: readonly (number | null)[]): SafetensorsTensor {
    const tensor = this.tensors.get(`${this.prefix}${name}`);
    if (tensor === undefined) return this.fail(name, t`is missing`);
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((size, i) => size === null || size === tensor.shape[i]);
    if (fits) return tensor;
    const wanted = shape.map((size) => size ?? t`any`).join(', ');
    return this.fail(name, t`is [${tensor.shape.join(', ')}], not [${wanted}]`);
  }
}
