/** Compares a file's tensors with a network: what fits, what does not, and why. */
import type { LayerGraph, StateDict, Tensor } from '../../model/graph.ts';
import { isElementType, isFloatType } from '../../containers/numbers/elementType.ts';
import { describeShape } from '../../containers/numbers/shape.ts';
import type { Leftover } from './leftovers.ts';
import { t } from '../../text/t.ts';

/** A tensor of any file. Readers have converted to float32 what can be; other types are not weights. */
export interface FileTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

/** A tensor under our name. */
export interface OfferedTensor {
  /** Its name in the file; empty for one that is not there and was put in. */
  readonly fileName: string;
  readonly tensor: FileTensor;
}

export type MatchStatus =
  | 'matched'
  /** Not in the file: put in with the value that it must have, or not read since its shortcut is cut. */
  | 'assumed'
  | 'missing'
  | 'wrong shape'
  /** Its numbers cannot be weights. */
  | 'unusable'
  /** In the file, not in the network, and what the network computes depends on it. */
  | 'changes the function'
  /** In the file, not in the network, and of no effect, or left out at the user's word. */
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
  /** It is a running statistic, and the BatchNorm’s scale is there. */
  readonly lacksStatistics?: boolean;
}

export interface Match {
  /** The network's tensors in its order, then those that only the file has. */
  readonly rows: readonly MatchRow[];
  /** Every parameter and running statistic of the network; null if one of them is missing, misshapen or unusable. */
  readonly state: StateDict | null;
}

const BLOCKING: ReadonlySet<MatchStatus> = new Set([
  ...(['missing', 'wrong shape', 'unusable', 'changes the function'] as const),
]);

/** Whether the network cannot be loaded because of this row. */
export const isBlocking = ({ status }: MatchRow): boolean => BLOCKING.has(status);

const ABSENT = t`not in the file`;
const NO_STATISTICS = t`BatchNorm without running statistics: either it was saved without them, or it is group norm, which model.normalization=group says`;

/**
 * @param offered the file's tensors by our names.
 * @param leftovers what else it holds.
 * @param ignored whether a tensor is to be left out whatever it does.
 */
export function matchWeights(
  graph: LayerGraph,
  offered: ReadonlyMap<string, OfferedTensor>,
  leftovers: readonly Leftover[] = [],
  ignored: (name: string) => boolean = () => false,
): Match {
  const rows: MatchRow[] = [];
  const state: StateDict = new Map();
  const wanted = [
    ...graph.parameters.map(({ name, shape, active }) => ({
      name,
      shape,
      active,
      lacksStatistics: false,
    })),
    ...graph.runningStatistics.map(({ name, channels, active }) => ({
      ...{ name, active, shape: [channels] },
      lacksStatistics: offered.has(scaleOf(name)),
    })),
  ];
  for (const { name, shape, active, lacksStatistics } of wanted) {
    const found = offered.get(name);
    const fileShape = found?.tensor.shape ?? null;
    const row = (status: MatchStatus, reason: string): void => {
      const fileName = found === undefined || found.fileName === '' ? null : found.fileName;
      rows.push({ status, name, fileName, shape, fileShape, why: reason });
    };
    if (found === undefined) {
      if (active) {
        const why = lacksStatistics ? NO_STATISTICS : ABSENT;
        rows.push({
          status: 'missing',
          ...{ name, shape },
          fileName: null,
          fileShape: null,
          why,
          lacksStatistics,
        });
      } else {
        row('assumed', t`not in the file; 0, as its shortcut is cut`);
        state.set(name, zeros(shape));
      }
      continue;
    }
    const { tensor } = found;
    const { data } = tensor;
    if (tensor.shape.join() !== shape.join()) {
      row('wrong shape', t`${describeTensor(tensor)}, not F32 ${describeShape(shape)}`);
    } else if (!(data instanceof Float32Array) || !isFloat(tensor.dtype)) {
      row('unusable', t`${describeTensor(tensor)}, not F32 ${describeShape(shape)}`);
    } else {
      const bad = faultOf(name, data);
      if (bad !== null) row('unusable', bad);
      else if (found.fileName === '') row('assumed', t`not in the file; added`);
      else row('matched', '');
      if (bad === null) state.set(name, { shape, data });
    }
  }
  const known = new Set(wanted.map(({ name }) => name));
  for (const [name, { fileName, tensor }] of offered) {
    if (known.has(name) || isCounter(name) || fileName === '') continue;
    const why = t`not in this network`;
    rows.push(surplus(name, fileName, tensor.shape, true, why, ignored));
  }
  for (const { name, shape, effect, why } of leftovers) {
    if (isCounter(name)) continue;
    rows.push(surplus(name, name, shape, effect !== 'none', why, ignored));
  }
  return { rows, state: rows.some(isBlocking) ? null : state };
}

function surplus(
  name: string,
  fileName: string,
  fileShape: readonly number[],
  changes: boolean,
  why: string,
  ignored: (name: string) => boolean,
): MatchRow {
  const isIgnored = changes && (ignored(fileName) || ignored(name));
  return {
    status: changes && !isIgnored ? 'changes the function' : 'unexpected',
    ...{ name, fileName, shape: null, fileShape },
    why: isIgnored ? t`left out as asked: ${why}` : why,
  };
}

const isFloat = (dtype: string): boolean => isElementType(dtype) && isFloatType(dtype);

/** The weight of the BatchNorm that a running statistic belongs to. */
const scaleOf = (statistic: string): string =>
  statistic.replace(/\.running_(mean|var)$/, '.weight');

/** BatchNorm's count of batches, which every file has and none needs. */
const isCounter = (name: string): boolean => name.endsWith('num_batches_tracked');

/** What is wrong with a tensor's numbers, or null. */
function faultOf(name: string, data: Float32Array): string | null {
  const isVariance = name.endsWith('running_var');
  const least = isVariance ? 0 : Number.NEGATIVE_INFINITY;
  let wrong = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? Number.NaN;
    if (!(value >= least) || value - value !== 0) wrong++;
  }
  if (wrong === 0) return null;
  return isVariance
    ? t`${wrong} of its ${data.length} numbers are negative, infinite or NaN`
    : t`${wrong} of its ${data.length} numbers are infinite or NaN`;
}

const describeTensor = ({ dtype, shape }: FileTensor): string => `${dtype} ${describeShape(shape)}`;

const zeros = (shape: readonly number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});

/** At most this many lines tell of a mismatch. */
const MAX_LINES = 6;

/** What keeps a network from being loaded, a line each, the last of which counts the rest. */
export function faultLines(rows: readonly MatchRow[]): string[] {
  const blocking = rows.filter(isBlocking);
  const absent = blocking.filter(({ status }) => status === 'missing');
  const missing = absent.filter(({ lacksStatistics }) => lacksStatistics !== true);
  const statistics = absent.filter(({ lacksStatistics }) => lacksStatistics === true);
  const others = blocking.filter(({ status }) => status !== 'missing');
  const lines = [
    ...(missing.length > 0 ? [t`missing: ${listed(missing)}`] : []),
    ...(statistics.length > 0 ? [t`${NO_STATISTICS} (${listed(statistics)})`] : []),
    ...others.map(({ name, status, why }) =>
      status === 'changes the function'
        ? t`${name} changes the function: ${why}`
        : t`${name} is ${why}`,
    ),
  ];
  if (lines.length <= MAX_LINES) return lines;
  const shown = lines.slice(0, MAX_LINES - 1);
  return [...shown, t`and ${lines.length - shown.length} more tensors`];
}

/** `conv1.weight, bn1.weight, bn1.bias and 12 more` */
function listed(rows: readonly MatchRow[]): string {
  const names = rows
    .slice(0, 4)
    .map(({ name }) => name)
    .join(', ');
  return rows.length > 4 ? t`${names} and ${rows.length - 4} more` : names;
}
