/** A net's parameters in use, end to end as one vector. */
import type { LayerGraph, StateDict } from '../../model/graph.ts';

export class FlatWeights {
  readonly length: number;
  private readonly slots: readonly { name: string; shape: readonly number[]; offset: number }[];

  constructor({ parameters }: LayerGraph) {
    let offset = 0;
    this.slots = parameters
      .filter(({ active }) => active)
      .map(({ name, shape, elements }) => {
        const slot = { name, shape, offset };
        offset += elements;
        return slot;
      });
    this.length = offset;
  }

  /** @throws Error where a parameter is missing. */
  vectorOf(dict: StateDict): Float32Array {
    const vector = new Float32Array(this.length);
    for (const { name, offset } of this.slots) vector.set(tensorOf(dict, name), offset);
    return vector;
  }

  /** `dict` with these parameters in place of its own. */
  with(dict: StateDict, vector: Float32Array): StateDict {
    const parts = this.slots.map(({ name, shape, offset }) => {
      const { length } = tensorOf(dict, name);
      return [name, { shape, data: vector.subarray(offset, offset + length) }] as const;
    });
    return new Map([...dict, ...parts]);
  }

  /** sums += scale · dict */
  addTo(sums: Float64Array, dict: StateDict, scale: number): void {
    for (const { name, offset } of this.slots) {
      const data = tensorOf(dict, name);
      for (let i = 0; i < data.length; i++) {
        sums[offset + i] = (sums[offset + i] ?? 0) + scale * (data[i] ?? 0);
      }
    }
  }
}

function tensorOf(dict: StateDict, name: string): Float32Array {
  const data = dict.get(name)?.data;
  if (data === undefined) throw new Error(`no ${name}`);
  return data;
}

type Vector = Float32Array | Float64Array;

/** Σ a · b, in double precision. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** a += scale · b */
export function addScaled(a: Float32Array | Float64Array, scale: number, b: Vector): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) + scale * (b[i] ?? 0);
}
