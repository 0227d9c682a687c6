/** Runs that differ in nothing but their seed, as their mean and standard deviation. */
import type { RunConfig } from '../model/config.ts';
import type { CurvePoint } from './curve.ts';
import { sameConfig } from './edit.ts';
import type { Curve, TestPoint } from './series.ts';

const seedless = (config: RunConfig): RunConfig => ({
  ...config,
  training: { ...config.training, seed: 0 },
});

/** Runs that differ only in their seeds, together, in the order of their first ones. */
export function bySeed<R extends { readonly config: RunConfig }>(runs: readonly R[]): R[][] {
  const groups: R[][] = [];
  for (const run of runs) {
    const alike = groups.find(
      ([first]) => first !== undefined && sameConfig(seedless(first.config), seedless(run.config)),
    );
    // The same seed again is no further sample.
    if (alike?.every(({ config }) => config.training.seed !== run.config.training.seed)) {
      alike.push(run);
    } else groups.push([run]);
  }
  return groups;
}

/** `ResNet-20, 3 seeds` */
export const seedsName = (name: string, count: number): string =>
  `${name.replace(/, seed \d+/, '')}, ${count} seeds`;

export interface Summary {
  readonly mean: number;
  /** Sample standard deviation (n − 1); 0 of one value. */
  readonly deviation: number;
}

/** NaN of nothing. */
export function summaryOf(values: readonly number[]): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

/**
 * The mean of curves, where all have a point, and one standard deviation to both sides as its extremes. Their x axis
 * must count steps: only then do points coincide.
 */
export function meanCurve([first, ...others]: readonly [Curve, ...Curve[]]): Curve {
  const pointAt = others.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  const testAt = others.map(({ tests }) => new Map(tests.map((test) => [test.step, test])));
  return {
    points: first.points.flatMap((point): CurvePoint[] => {
      const all = [point, ...pointAt.flatMap((points) => points.get(point.x) ?? [])];
      if (all.length <= others.length) return [];
      const { mean, deviation } = summaryOf(all.map(({ smoothed }) => smoothed));
      const extremes = { min: mean - deviation, max: mean + deviation };
      return [{ ...point, ...extremes, smoothed: mean, mean }];
    }),
    tests: first.tests.flatMap((test): TestPoint[] => {
      const all = [test, ...testAt.flatMap((tests) => tests.get(test.step) ?? [])];
      if (all.length <= others.length) return [];
      return [{ ...test, value: summaryOf(all.map(({ value }) => value)).mean }];
    }),
  };
}
