/** The sets of images that a run can train on, by the name in a run config. */
import { t } from '../text/t.ts';

interface DataSource {
  /** `CIFAR-100` */
  readonly title: string;
  /** How many classes its labels tell apart; null: as many as its folders have. */
  readonly classes: number | null;
}

export const DATA_SOURCES = {
  cifar10: { title: 'CIFAR-10', classes: 10 },
  cifar100: { title: 'CIFAR-100', classes: 100 },
  'fashion-mnist': { title: 'Fashion-MNIST', classes: 10 },
  synthetic: { title: t`synthetic (not CIFAR-10)`, classes: 10 },
  own: { title: t`own images`, classes: null },
} as const satisfies Readonly<Record<string, DataSource>>;

export type DataSourceId = keyof typeof DATA_SOURCES;
