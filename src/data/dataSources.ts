/** The sets of images that a run can train on, by the name in a run config. */
import type { Say } from '../text/context.ts';

interface DataSource {
  /** How many classes its labels tell apart; null: as many as its folders have. */
  readonly classes: number | null;
}

export const DATA_SOURCES = {
  cifar10: { classes: 10 },
  cifar100: { classes: 100 },
  'fashion-mnist': { classes: 10 },
  synthetic: { classes: 10 },
  own: { classes: null },
} as const satisfies Readonly<Record<string, DataSource>>;

export type DataSourceId = keyof typeof DATA_SOURCES;

export const DATA_SOURCE_IDS = Object.keys(DATA_SOURCES) as [DataSourceId, ...DataSourceId[]];

/** `CIFAR-100`. @param t in which language. */
export const sourceTitles = (t: Say): Readonly<Record<DataSourceId, string>> => ({
  cifar10: 'CIFAR-10',
  cifar100: 'CIFAR-100',
  'fashion-mnist': 'Fashion-MNIST',
  synthetic: t`synthetic (not CIFAR-10)`,
  own: t`own images`,
});
