/** A file's tensors held against a network: what fits, what doesn't, and why. */
import type { LayerGraph, StateDict, Tensor } from '../../model/graph.ts';
import { type ElementType, isFloatType } from '../read/elementType.ts';
import { describeShape } from '../read/shape.ts';
import { isCounter, torchvisionNames } from './fileNames.ts';

/** A tensor of any file. Numbers other than float32 are no weights: readers convert what can be. */
export interface FileTensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array;
}

export type MatchStatus =
  | 'matched'
  /** Running statistics that the file lacks: they start as PyTorch's do. */
  | 'assumed'
  | 'missing'
  | 'wrong shape'
  /** No numbers that could be weights. */
  | 'unusable'
  /** Of the file, and of no use to this network. */
  | 'unexpected';

export interface MatchRow {
  readonly status: MatchStatus;
  /** torchvision's name. */
  readonly name: string;
  /** In the file; null where it is not there. */
  readonly fileName: string | null;
  /** Of the network; null where it has no such tensor. */
  readonly shape: readonly number[] | null;
  readonly fileShape: readonly number[] | null;
  /** Why it did not simply match; empty where it did. */
  readonly why: string;
}

export interface Match {
  /** The network's tensors in its order, then those that only the file has. BatchNorm's counters are left out. */
  readonly rows: readonly MatchRow[];
  /** Every parameter and running statistic of the network; null where one of them is missing, misshapen or unusable. */
  readonly state: StateDict | null;
}

const BLOCKING: ReadonlySet<MatchStatus> = new Set(['missing', 'wrong shape', 'unusable']);

/** Whether the network can't be loaded for it. */
export const isBlocking = ({ status }: MatchRow): boolean => BLOCKING.has(status);

/** @throws WeightsError where two tensors of the file stand for the same one. */
export function matchWeights(graph: LayerGraph, tensors: ReadonlyMap<string, FileTensor>): Match {
  const names = torchvisionNames([...tensors.keys()]);
  const fileNames = new Map([...names].map(([fileName, name]) => [name, fileName]));
  const rows: MatchRow[] = [];
  const state: StateDict = new Map();
  const wanted = [
    ...graph.parameters.map(({ name, shape }) => ({ name, shape, initial: null })),
    ...graph.runningStatistics.map(({ name, channels, initial }) => ({
      name,
      shape: [channels],
      initial,
    })),
  ];
  for (const { name, shape, initial } of wanted) {
    const fileName = fileNames.get(name) ?? null;
    const tensor = fileName === null ? undefined : tensors.get(fileName);
    const fileShape = tensor?.shape ?? null;
    const row = (status: MatchStatus, why: string): void => {
      rows.push({ status, name, fileName, shape, fileShape, why });
    };
    if (tensor === undefined) {
      if (initial === null) row('missing', 'not in the file');
      else {
        row('assumed', `not in the file: starts at ${initial}, as in PyTorch`);
        state.set(name, filled(shape, initial));
      }
      continue;
    }
    if (tensor.shape.join() !== shape.join()) {
      row('wrong shape', `${describeTensor(tensor)}, not F32 ${describeShape(shape)}`);
      continue;
    }
    const { data } = tensor;
    if (!(data instanceof Float32Array) || !isFloatType(tensor.dtype)) {
      row('unusable', `${describeTensor(tensor)}, not F32 ${describeShape(shape)}`);
      continue;
    }
    const bad = faultOf(name, data);
    row(bad === null ? 'matched' : 'unusable', bad ?? '');
    if (bad === null) state.set(name, { shape, data });
  }
  const known = new Set(wanted.map(({ name }) => name));
  for (const [fileName, name] of names) {
    if (known.has(name) || isCounter(name)) continue;
    const fileShape = tensors.get(fileName)?.shape ?? null;
    rows.push({
      status: 'unexpected',
      name,
      fileName,
      shape: null,
      fileShape,
      why: 'not in this network',
    });
  }
  return { rows, state: rows.some(isBlocking) ? null : state };
}

/** What is wrong with the numbers of a tensor; null where nothing is. */
function faultOf(name: string, data: Float32Array): string | null {
  const isVariance = name.endsWith('running_var');
  let wrong = 0;
  for (const value of data) if (!Number.isFinite(value) || (isVariance && value < 0)) wrong++;
  if (wrong === 0) return null;
  return `${wrong} of its ${data.length} numbers ${isVariance ? 'are negative, infinite or NaN' : 'are infinite or NaN'}`;
}

const describeTensor = ({ dtype, shape }: FileTensor): string => `${dtype} ${describeShape(shape)}`;

const filled = (shape: readonly number[], value: number): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(value),
});
