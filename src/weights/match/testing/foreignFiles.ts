/** Files as other programs write them, from our networks’ tensors under other names; and whether what is read is ours again. */
import { expect } from 'vitest';
import { buildGraph } from '../../../model/builder.ts';
import type { RunConfigInput } from '../../../model/config.ts';
import type { LayerGraph, StateDict } from '../../../model/graph.ts';
import { completeConfig } from '../../../model/parse.ts';
import {
  singleGroup,
  type StoredTensor,
  type TensorGroup,
  type WeightsFile,
} from '../../read/weightsFile.ts';
import { shakenWeights } from '../../testing/nets.ts';
import { type Answers, type inspect, NO_ANSWERS } from '../inspect.ts';

export type ModelInput = NonNullable<RunConfigInput['model']>;
export type Tensors = Map<string, StoredTensor>;
export type Rename = readonly [pattern: RegExp, to: string | ((...groups: string[]) => string)];

export const A: ModelInput = { stageDepths: [1, 2], stageWidths: [4, 8], inputSize: 8 };
export const B: ModelInput = { ...A, projection: 'B' };
export const BOTTLENECK: ModelInput = { ...B, block: 'bottleneck' };
export const PRE: ModelInput = { ...B, order: 'pre' };

export const graphOf = (model: ModelInput): LayerGraph =>
  buildGraph(completeConfig({ version: 1, model }).model);
export const stateOf = (model: ModelInput): StateDict => shakenWeights(graphOf(model), 3);

export const tensor = (
  shape: readonly number[],
  value: number | readonly number[] = 0,
): StoredTensor => ({
  ...{ dtype: 'F32', shape },
  data:
    typeof value === 'number'
      ? new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value)
      : Float32Array.from(value),
});

/** What a file of this network holds, under other names, each as the first patterns that fit make it. */
export function tensorsOf(model: ModelInput, ...renames: readonly Rename[]): Tensors {
  const named = [...stateOf(model)].map(([name, { shape, data }]) => {
    const renamed = renames.reduce<string>(
      (text, [pattern, to]) =>
        typeof to === 'string'
          ? text.replace(pattern, to)
          : text.replace(pattern, (_, ...groups: string[]) => to(...groups)),
      name,
    );
    return [renamed, { dtype: 'F32' as const, shape, data }] as const;
  });
  return new Map(named);
}

export const prefixed = (tensors: Tensors, prefix: string): Tensors =>
  new Map([...tensors].map(([name, value]) => [prefix + name, value]));
export const scaled = (tensors: Tensors, by: number): Tensors =>
  new Map(
    [...tensors].map(([name, t]) => [name, { ...t, data: t.data.map((x) => Math.abs(x * by)) }]),
  );
export const plus = (tensors: Tensors, more: Readonly<Record<string, StoredTensor>>): Tensors =>
  new Map([...tensors, ...Object.entries(more)]);
export const without = (tensors: Tensors, pattern: RegExp): Tensors =>
  new Map([...tensors].filter(([name]) => !pattern.test(name)));

export const fileOf = (...groups: readonly (Tensors | TensorGroup)[]): WeightsFile => {
  const [first, ...others] = groups.map((group) =>
    group instanceof Map ? singleGroup(group) : group,
  );
  if (first === undefined) throw new Error('no tensors');
  return { format: 'test', groups: [first, ...others], metadata: new Map() };
};

export const answer = (settings: Readonly<Record<string, unknown>>): Answers => ({
  ...{ ...NO_ANSWERS, settings: new Map(Object.entries(settings)) },
});

export function expectSame(found: ReturnType<typeof inspect>, model: ModelInput, digits = 6): void {
  expect(found.blocked).toBeNull();
  const expected = stateOf(model);
  expect([...(found.state?.keys() ?? [])].sort()).toEqual([...expected.keys()].sort());
  for (const [name, { shape, data }] of expected) {
    expect(found.state?.get(name)?.shape, name).toEqual(shape);
    const got = found.state?.get(name)?.data ?? new Float32Array();
    const worst = data.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - (got[i] ?? Number.NaN))),
      0,
    );
    expect(worst, name).toBeLessThan(10 ** -digits);
  }
}
