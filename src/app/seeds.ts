/** Runs that differ in nothing but their seed, as their mean and standard deviation. */
import type { RunConfig } from '../model/config.ts';
import type { CurvePoint } from './curve.ts';
import { withoutSeed } from './naming.ts';
import { t } from '../text/t.ts';
import { isResumedMark } from '../training/changes.ts';
import { sameConfig } from './edit.ts';
import type { Curve, TestPoint } from './series.ts';
import type { ShownRun } from './shownRun.ts';
import type { RunHistory } from '../training/history.ts';

type Seeded = Pick<ShownRun, 'config' | 'markers' | 'weightsFrom'>;

const seedless = (config: RunConfig): RunConfig => ({
  ...config,
  training: { ...config.training, seed: 0 },
});

/** What was done to a run, and what it began with. */
const pastOf = ({ markers, weightsFrom }: Seeded): string => {
  const changes = markers.filter(({ label }) => !isResumedMark(label));
  return JSON.stringify([weightsFrom, changes.map(({ step, label }) => [step, label])]);
};

const isAlike = (a: Seeded, b: Seeded): boolean =>
  sameConfig(seedless(a.config), seedless(b.config)) && pastOf(a) === pastOf(b);

/** Items whose runs differ only in their seeds, together, in the order of their first ones. */
export function bySeed<T>(items: readonly T[], runOf: (item: T) => Seeded): T[][] {
  const groups: T[][] = [];
  for (const item of items) {
    const run = runOf(item);
    const alike = groups.find(([first]) => first !== undefined && isAlike(runOf(first), run));
    // The same seed again is no further sample.
    const isNew = alike?.every(
      (one) => runOf(one).config.training.seed !== run.config.training.seed,
    );
    if (alike !== undefined && isNew) alike.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** `ResNet-20, 3 seeds` */
export const seedsName = (name: string, count: number): string =>
  t`${withoutSeed(name)}, ${count} seeds`;

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

interface SummaryAt extends Summary {
  /** Steps done. */
  readonly step: number;
}

/** The training loss at the last step that all runs have done; null: there is none. */
export function lossOfSeeds(histories: readonly RunHistory[]): SummaryAt | null {
  const step = Math.min(...histories.map(({ latest }) => latest?.step ?? -1));
  if (step < 0) return null;
  return {
    step: step + 1,
    ...summaryOf(histories.map((one) => one.loss.mean[one.rowOf(step)] ?? Number.NaN)),
  };
}

/** The test accuracy at the last step after which all runs were tested; null: there is none. */
export function accuracyOfSeeds(histories: readonly RunHistory[]): SummaryAt | null {
  const tests = histories.map(
    ({ evaluations }) => new Map(evaluations.map(({ step, accuracy }) => [step, accuracy])),
  );
  const common = [...(tests[0]?.keys() ?? [])].filter((step) =>
    tests.every((one) => one.has(step)),
  );
  const step = common.at(-1);
  if (step === undefined) return null;
  return { step, ...summaryOf(tests.map((one) => one.get(step) ?? Number.NaN)) };
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
