/** Compares a file's tensors with a network: what fits, what does not, and why. */
import type { LayerGraph, StateDict, Tensor } from '../../model/graph.ts';
import { type ElementType, isFloatType } from '../read/elementType.ts';
import { describeShape } from '../read/shape.ts';
import { isCounter, torchvisionNames } from './fileNames.ts';

/** A tensor of any file. Readers have converted to float32 what can be; other types are not weights. */
export interface FileTensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array;
}

export type MatchStatus =
  | 'matched'
  /** A running statistic that the file lacks; it starts as in PyTorch. */
  | 'assumed'
  | 'missing'
  | 'wrong shape'
  /** Its numbers cannot be weights. */
  | 'unusable'
  /** In the file, but not in the network. */
  | 'unexpected';

export interface MatchRow {
  readonly status: MatchStatus;
  /** torchvision's name. */
  readonly name: string;
  /** Its name in the file; null if it is not there. */
  readonly fileName: string | null;
  /** Shape in the network; null if it has no such tensor. */
  readonly shape: readonly number[] | null;
  readonly fileShape: readonly number[] | null;
  /** Why it does not match; empty if it does. */
  readonly why: string;
}

export interface Match {
  /** The network's tensors in its order, then those that only the file has. BatchNorm's counters are left out. */
  readonly rows: readonly MatchRow[];
  /** Every parameter and running statistic of the network; null if one of them is missing, misshapen or unusable. */
  readonly state: StateDict | null;
}

const BLOCKING: ReadonlySet<MatchStatus> = new Set(['missing', 'wrong shape', 'unusable']);

/** Whether the network cannot be loaded because of this row. */
export const isBlocking = ({ status }: MatchRow): boolean => BLOCKING.has(status);

/** @throws WeightsError if two tensors of the file map to the same one. */
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

/** What is wrong with a tensor's numbers, or null. */
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
