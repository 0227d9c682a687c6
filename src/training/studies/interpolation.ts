import type { StateDict } from '../../model/graph.ts';

/** (1 − alpha) · `from` + alpha · `to` of every tensor; at 0 and 1 either to the bit. */
export function interpolated(from: StateDict, to: StateDict, alpha: number): StateDict {
  return new Map(
    [...from].map(([name, { shape, data }]) => {
      const end = to.get(name)?.data;
      if (end?.length !== data.length) throw new Error(`no ${name} of this shape`);
      return [name, { shape, data: data.map((w, i) => (1 - alpha) * w + alpha * (end[i] ?? 0)) }];
    }),
  );
}
