/** A run's history as tensors of a checkpoint file, and back. */
import type { SafetensorsTensor } from '../../weights/safetensors.ts';
import type { WritableTensor } from '../../weights/writeSafetensors.ts';
import { type Evaluated, type LatestStep, RunHistory, type Spread } from '../history.ts';
import type { HistoryState } from '../historyState.ts';
import { CheckpointError } from './checkpoint.ts';

type Tensors = ReadonlyMap<string, SafetensorsTensor>;

const ROW_STEPS = ['firstStep', 'lastStep', 'steps'] as const;
const SPREADS = ['loss', 'accuracy'] as const;
const SPREAD_PARTS = ['mean', 'min', 'max'] as const;

/** Each tensor with its name, which begins with `prefix`. Steps are below 2³¹ and fit I32. */
export function* historyTensors(
  prefix: string,
  state: HistoryState,
  parameters: number,
): Generator<[string, WritableTensor]> {
  const rows = state.firstStep.length;
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
  const { latest, evaluations } = state;
  const tests = evaluations.flatMap(({ step, loss, accuracy }) => [step, loss, accuracy]);
  const testShape = [evaluations.length, 3];
  yield [`${prefix}evaluations`, { shape: testShape, data: Float64Array.from(tests) }];
  if (latest === null) return;
  const { step, loss, accuracy, learningRate, elapsedMs, gradNorm } = latest;
  const values = Float64Array.of(step, loss, accuracy, learningRate, elapsedMs);
  yield [`${prefix}latest`, { shape: [values.length], data: values }];
  yield [`${prefix}latest.gradNorm`, { shape: [parameters], data: gradNorm }];
}

/** @throws CheckpointError naming the tensor that is missing or does not fit the others. */
export function readHistory(
  tensors: Tensors,
  prefix: string,
  parameterNames: readonly string[],
  stride: number,
): HistoryState {
  const read = new Reader(tensors, prefix);
  const parameters = parameterNames.length;
  const firstStep = read.steps('firstStep');
  const rows = firstStep.length;
  const { maxRows } = new RunHistory(parameterNames);
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
    latest: readLatest(read, parameters),
    evaluations: readEvaluations(read),
  };
  checkRows(read, state);
  return state;
}

function readLatest(read: Reader, parameters: number): LatestStep | null {
  if (!read.has('latest')) return null;
  const [step = 0, loss = 0, accuracy = 0, learningRate = 0, elapsedMs = 0] = read.float64(
    'latest',
    [5],
  );
  const gradNorm = read.float32('latest.gradNorm', [parameters]);
  return { step, loss, accuracy, learningRate, elapsedMs, gradNorm };
}

function readEvaluations(read: Reader): Evaluated[] {
  const values = read.float64('evaluations', [null, 3]);
  return Array.from({ length: values.length / 3 }, (_, i) => {
    const [step = 0, loss = 0, accuracy = 0] = values.subarray(3 * i, 3 * i + 3);
    return { step, loss, accuracy };
  });
}

/** Rows must follow each other, since they are searched by step. */
function checkRows(read: Reader, { firstStep, lastStep, steps, stride, latest }: HistoryState) {
  let next = 0;
  for (const [row, first] of firstStep.entries()) {
    const last = lastStep[row] ?? 0;
    const count = steps[row] ?? 0;
    if (first < next || last < first || count < 1 || count > stride) {
      read.fail('firstStep', `row ${row} does not follow the one before it`);
    }
    next = last + 1;
  }
  if (latest === null ? next > 0 : latest.step !== next - 1) {
    read.fail('latest', 'is not the step of the last row');
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
