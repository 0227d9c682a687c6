/** Choices for shapes that were not timed: those of the most similar shape that was. */

import type { KernelChoices } from '../../api.ts';
import type { TunableUse } from '../kernels/tunable.ts';

/** Dimensions that similar shapes share; with others, it is another kind of work. */
const KIND = ['kernel', 'stride'];

interface Known {
  readonly key: string;
  readonly dimensions: ReadonlyMap<string, number>;
}

/** `choices` for exactly these uses: as they say, else as for the most similar shape, else the default. */
export function completed(choices: KernelChoices, uses: readonly TunableUse[]): KernelChoices {
  const byOperation = new Map<string, Known[]>();
  for (const [id, key] of Object.entries(choices)) {
    const known = byOperation.get(operationOf(id)) ?? [];
    byOperation.set(operationOf(id), [...known, { key, dimensions: dimensionsOf(id) }]);
  }
  return Object.fromEntries(
    uses.map((use) => {
      const has = (key: string | undefined) =>
        use.candidates.some((candidate) => candidate.key === key);
      const exact = Object.hasOwn(choices, use.id) ? choices[use.id] : undefined;
      if (exact !== undefined && has(exact)) return [use.id, exact];
      const fitting = (byOperation.get(operationOf(use.id)) ?? []).filter(({ key }) => has(key));
      return [use.id, nearest(use, fitting) ?? use.candidates[0]?.key ?? use.chosen];
    }),
  );
}

function nearest({ dimensions }: TunableUse, known: readonly Known[]): string | undefined {
  const own = Object.entries(dimensions);
  let best: { key: string; distance: number } | undefined;
  for (const { key, dimensions: other } of known) {
    if (KIND.some((name) => other.get(name) !== dimensions[name])) continue;
    const distance = own.reduce(
      (sum, [name, n]) => sum + Math.abs(Math.log2((n + 1) / ((other.get(name) ?? 0) + 1))),
      0,
    );
    if (best === undefined || distance < best.distance) best = { key, distance };
  }
  return best?.key;
}

/** `name@version` */
const operationOf = (id: string): string => id.split(' ', 1)[0] ?? '';

/** What `idOf` wrote. */
const dimensionsOf = (id: string): ReadonlyMap<string, number> =>
  new Map(
    [...id.slice(operationOf(id).length).matchAll(/([a-zA-Z]+)(\d+)/g)].map(
      ([, name = '', n = '']) => [name, Number(n)],
    ),
  );
