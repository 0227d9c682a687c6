/** A run's history as tensors of a checkpoint file, and back. */
import type { LayerNames } from '../../model/layerNames.ts';
import type { SafetensorsTensor } from '../../weights/safetensors.ts';
import type { WritableTensor } from '../../weights/writeSafetensors.ts';
import { type Evaluated, type LatestStep, MAX_ROWS, RunHistory, type Spread } from '../history.ts';
import type { HistoryState } from '../historyState.ts';
import type { LayerStatistics, LayerStatisticsState } from '../layerStatistics.ts';
import { CheckpointError } from './checkpoint.ts';

type Tensors = ReadonlyMap<string, SafetensorsTensor>;

const ROW_STEPS = ['firstStep', 'lastStep', 'steps'] as const;
const SPREADS = ['loss', 'accuracy'] as const;
const SPREAD_PARTS = ['mean', 'min', 'max'] as const;

/**
 * Each tensor with its name, which begins with `prefix`. Steps are below 2³¹ and fit I32. Files of earlier versions have
 * no `statistics.…` and no `latest.` but `latest.gradNorm`.
 */
export function* historyTensors(
  prefix: string,
  state: HistoryState,
  { parameterNames, activationNames }: LayerNames,
): Generator<[string, WritableTensor]> {
  const rows = state.firstStep.length;
  const parameters = parameterNames.length;
  const layers = activationNames.length;
  for (const name of ROW_STEPS) {
    yield [`${prefix}${name}`, { shape: [rows], data: Int32Array.from(state[name]) }];
  }
  for (const name of SPREADS) {
    for (const part of SPREAD_PARTS) {
      yield [`${prefix}${name}.${part}`, { shape: [rows], data: state[name][part] }];
    }
  }
  yield [`${prefix}learningRate`, { shape: [rows], data: state.learningRate }];
  yield [`${prefix}elapsedMs`, { shape: [rows], data: state.elapsedMs }];
  yield [`${prefix}gradNorm`, { shape: [rows, parameters], data: state.gradNorm }];
  yield* statisticsTensors(`${prefix}statistics.`, state.statistics);
  const { latest, evaluations } = state;
  const tests = evaluations.flatMap(({ step, loss, accuracy }) => [step, loss, accuracy]);
  const testShape = [evaluations.length, 3];
  yield [`${prefix}evaluations`, { shape: testShape, data: Float64Array.from(tests) }];
  if (latest === null) return;
  const { step, loss, accuracy, learningRate, elapsedMs, gradNorm, statistics } = latest;
  const values = Float64Array.of(step, loss, accuracy, learningRate, elapsedMs);
  yield [`${prefix}latest`, { shape: [values.length], data: values }];
  yield [`${prefix}latest.gradNorm`, { shape: [parameters], data: gradNorm }];
  if (statistics === null) return;
  const { weightNorm, updateNorm, activationStd } = statistics;
  yield [`${prefix}latest.weightNorm`, { shape: [parameters], data: weightNorm }];
  yield [`${prefix}latest.updateNorm`, { shape: [parameters], data: updateNorm }];
  yield [`${prefix}latest.activationStd`, { shape: [layers], data: activationStd }];
}

function* statisticsTensors(
  prefix: string,
  state: LayerStatisticsState,
): Generator<[string, WritableTensor]> {
  const rows = state.firstStep.length;
  const columns = rows === 0 ? 0 : state.values.length / rows;
  yield [`${prefix}stride`, { shape: [1], data: Int32Array.of(state.stride) }];
  for (const name of ROW_STEPS) {
    yield [`${prefix}${name}`, { shape: [rows], data: Int32Array.from(state[name]) }];
  }
  yield [`${prefix}values`, { shape: [rows, columns], data: state.values }];
}

/** @throws CheckpointError naming the tensor that is missing or does not fit the others. */
export function readHistory(
  tensors: Tensors,
  prefix: string,
  names: LayerNames,
  stride: number,
): HistoryState {
  const read = new Reader(tensors, prefix);
  const empty = new RunHistory(names.parameterNames, MAX_ROWS, names.activationNames);
  const parameters = names.parameterNames.length;
  const firstStep = read.steps('firstStep');
  const rows = firstStep.length;
  const { maxRows } = empty;
  if (rows > maxRows) read.fail('firstStep', `${rows} rows, ${maxRows} at most`);
  const spread = (name: string): Spread => ({
    mean: read.float32(`${name}.mean`, [rows]),
    min: read.float32(`${name}.min`, [rows]),
    max: read.float32(`${name}.max`, [rows]),
  });
  const state = {
    stride,
    firstStep,
    lastStep: read.steps('lastStep', rows),
    steps: read.steps('steps', rows),
    loss: spread('loss'),
    accuracy: spread('accuracy'),
    learningRate: read.float32('learningRate', [rows]),
    elapsedMs: read.float64('elapsedMs', [rows]),
    gradNorm: read.float32('gradNorm', [rows, parameters]),
    statistics: readStatistics(new Reader(tensors, `${prefix}statistics.`), empty.statistics),
    latest: readLatest(read, names),
    evaluations: readEvaluations(read),
  };
  const next = checkRows(read, state);
  if (state.latest === null ? next > 0 : state.latest.step !== next - 1) {
    read.fail('latest', 'is not the step of the last row');
  }
  return state;
}

/** None in files of earlier versions. */
function readStatistics(read: Reader, empty: LayerStatistics): LayerStatisticsState {
  if (!read.has('stride')) return empty.state;
  const [stride = 0] = read.steps('stride', 1);
  const firstStep = read.steps('firstStep');
  const rows = firstStep.length;
  if (rows > empty.maxRows) read.fail('firstStep', `${rows} rows, ${empty.maxRows} at most`);
  if (stride < 1) read.fail('stride', 'is no number of steps');
  const state = {
    stride,
    firstStep,
    lastStep: read.steps('lastStep', rows),
    steps: read.steps('steps', rows),
    values: read.float32('values', [rows, rows === 0 ? 0 : empty.columns]),
  };
  checkRows(read, state);
  return state;
}

function readLatest(
  read: Reader,
  { parameterNames, activationNames }: LayerNames,
): LatestStep | null {
  if (!read.has('latest')) return null;
  const [step = 0, loss = 0, accuracy = 0, learningRate = 0, elapsedMs = 0] = read.float64(
    'latest',
    [5],
  );
  const ofParameters = (name: string) => read.float32(`latest.${name}`, [parameterNames.length]);
  const gradNorm = ofParameters('gradNorm');
  const statistics = read.has('latest.weightNorm')
    ? {
        weightNorm: ofParameters('weightNorm'),
        updateNorm: ofParameters('updateNorm'),
        activationStd: read.float32('latest.activationStd', [activationNames.length]),
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

/** Rows must follow each other, since they are searched by step. @returns the step behind the last. */
function checkRows(
  read: Reader,
  { firstStep, lastStep, steps, stride }: Omit<LayerStatisticsState, 'values'>,
): number {
  let next = 0;
  for (const [row, first] of firstStep.entries()) {
    const last = lastStep[row] ?? 0;
    const count = steps[row] ?? 0;
    if (first < next || last < first || count < 1 || count > stride) {
      read.fail('firstStep', `row ${row} does not follow the one before it`);
    }
    next = last + 1;
  }
  return next;
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
    return tensor.dtype === 'F32' ? tensor.data : this.fail(name, `is ${tensor.dtype}, not F32`);
  }

  float64(name: string, shape: readonly (number | null)[]): Float64Array {
    const tensor = this.find(name, shape);
    return tensor.dtype === 'F64' ? tensor.data : this.fail(name, `is ${tensor.dtype}, not F64`);
  }

  /** @param rows null: however many there are. */
  steps(name: string, rows: number | null = null): Uint32Array {
    const tensor = this.find(name, [rows]);
    if (tensor.dtype !== 'I32') return this.fail(name, `is ${tensor.dtype}, not I32`);
    if (tensor.data.some((step) => step < 0)) return this.fail(name, 'holds a negative number');
    return Uint32Array.from(tensor.data);
  }

  fail(name: string, fault: string): never {
    throw new CheckpointError('unfit', `the history’s tensor ${this.prefix}${name} ${fault}`);
  }

  private find(name: string, shape: readonly (number | null)[]): SafetensorsTensor {
    const tensor = this.tensors.get(`${this.prefix}${name}`);
    if (tensor === undefined) return this.fail(name, 'is missing');
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((size, i) => size === null || size === tensor.shape[i]);
    if (fits) return tensor;
    const wanted = shape.map((size) => size ?? 'any').join(', ');
    return this.fail(name, `is [${tensor.shape.join(', ')}], not [${wanted}]`);
  }
}
