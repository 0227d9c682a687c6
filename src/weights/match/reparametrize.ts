/** Weights that a file holds in parts: pruned, weight-normalised, spectrally normalised. */
import type { StoredTensor } from '../read/weightsFile.ts';
import type { NamedTensor } from './fileModules.ts';
import { t } from '../../text/t.ts';

interface Scheme {
  /** For people. */
  readonly what: string;
  /** Endings of the names of its parts, after the module's path. */
  readonly parts: readonly string[];
  /** The weight; null if the parts do not fit each other. */
  combine(parts: readonly StoredTensor[]): Float32Array | null;
  /** The part whose shape the weight has. */
  readonly shapedAs: number;
}

const SCHEMES: readonly Scheme[] = [
  {
    what: t`pruned weights were multiplied out (weight_orig · weight_mask); further training does not keep the zeros at 0`,
    parts: ['_orig', '_mask'],
    shapedAs: 0,
    combine: ([values, mask]) =>
      values?.data.length === mask?.data.length
        ? (values?.data.map((value, i) => value * (mask?.data[i] ?? 0)) ?? null)
        : null,
  },
  {
    what: t`weight norm was multiplied out (g · v / ‖v‖); further training trains the weight itself, not g and v`,
    parts: ['_g', '_v'],
    shapedAs: 1,
    combine: ([g, v]) => normalised(g, v),
  },
  {
    what: t`weight norm was multiplied out (g · v / ‖v‖); further training trains the weight itself, not g and v`,
    parts: ['parametrizations.#.original0', 'parametrizations.#.original1'],
    shapedAs: 1,
    combine: ([g, v]) => normalised(g, v),
  },
  {
    what: t`spectral norm was divided out (W / (u·W·v)); further training does not keep the norm at 1`,
    parts: ['_orig', '_u', '_v'],
    shapedAs: 0,
    combine: ([weight, u, v]) => spectral(weight, u, v),
  },
  {
    what: t`spectral norm was divided out (W / (u·W·v)); further training does not keep the norm at 1`,
    parts: ['parametrizations.#.original', 'parametrizations.#.0._u', 'parametrizations.#.0._v'],
    shapedAs: 0,
    combine: ([weight, u, v]) => spectral(weight, u, v),
  },
];

/** The tensors with every such weight put together, and what was done, one sentence each. */
export function reparametrized(tensors: ReadonlyMap<string, NamedTensor>): {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly repairs: readonly string[];
} {
  const result = new Map<string, NamedTensor>();
  const counts = new Map<string, number>();
  const used = new Set<string>();
  for (const [name, named] of tensors) {
    if (used.has(name)) continue;
    const found = combined(name, tensors);
    if (found === null) {
      result.set(name, named);
      continue;
    }
    for (const part of found.parts) {
      used.add(part);
      result.delete(part);
    }
    result.set(found.name, found.tensor);
    counts.set(found.what, (counts.get(found.what) ?? 0) + 1);
  }
  const repairs = [...counts].map(([what, n]) =>
    n === 1 ? t`1 tensor: ${what}.` : t`${n} tensors: ${what}.`,
  );
  return { tensors: result, repairs };
}

function combined(name: string, tensors: ReadonlyMap<string, NamedTensor>) {
  for (const { what, parts, shapedAs, combine } of SCHEMES) {
    for (const leaf of ['weight', 'bias']) {
      const endings = parts.map((part) =>
        part.includes('#') ? part.replace('#', leaf) : `${leaf}${part}`,
      );
      const ending = endings.find((end) => name === end || name.endsWith(`.${end}`));
      if (ending === undefined) continue;
      const path = name.slice(0, name.length - ending.length);
      const names = endings.map((end) => path + end);
      const found = names.flatMap((part) => tensors.get(part) ?? []);
      const data =
        found.length === parts.length ? combine(found.map(({ tensor }) => tensor)) : null;
      const shaped = found[shapedAs];
      if (data === null || shaped === undefined) continue;
      const { dtype, shape } = shaped.tensor;
      const tensor: NamedTensor = { fileName: shaped.fileName, tensor: { dtype, shape, data } };
      return { name: path + leaf, parts: names, tensor, what };
    }
  }
  return null;
}

/** g · v / ‖v‖, the norm over all dimensions in which g has a length of 1. Sums in float64. */
function normalised(g?: StoredTensor, v?: StoredTensor): Float32Array | null {
  if (g === undefined || v === undefined) return null;
  const rank = v.shape.length;
  const groups = g.shape.length === rank ? g.shape : Array.from({ length: rank }, () => 1);
  const fits = groups.every((length, d) => length === 1 || length === v.shape[d]);
  if (!fits || g.data.length !== groups.reduce((product, n) => product * n, 1)) return null;
  const groupOf = (element: number): number => {
    let [left, group, stride] = [element, 0, 1];
    for (let d = rank - 1; d >= 0; d--) {
      const [length = 1, own = 1] = [v.shape[d], groups[d]];
      group += own === 1 ? 0 : (left % length) * stride;
      stride *= own;
      left = Math.floor(left / length);
    }
    return group;
  };
  const squares = new Float64Array(g.data.length);
  for (const [i, value] of v.data.entries()) {
    const group = groupOf(i);
    squares[group] = (squares[group] ?? 0) + value * value;
  }
  return v.data.map((value, i) => {
    const group = groupOf(i);
    return ((g.data[group] ?? 0) * value) / Math.sqrt(squares[group] ?? 0);
  });
}

/** W / (u·W·v), W as a matrix of one row per output. */
function spectral(weight?: StoredTensor, u?: StoredTensor, v?: StoredTensor): Float32Array | null {
  if (weight === undefined || u === undefined || v === undefined) return null;
  const [rows, columns] = [u.data.length, v.data.length];
  if (rows === 0 || rows * columns !== weight.data.length || weight.shape[0] !== rows) return null;
  let sigma = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      sigma +=
        (u.data[row] ?? 0) * (weight.data[row * columns + column] ?? 0) * (v.data[column] ?? 0);
    }
  }
  return weight.data.map((value) => value / sigma);
}
