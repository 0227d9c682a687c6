/** Normalisation of images per channel (red, green, blue): value / 255, minus mean, over standard deviation. */
import type { Say } from '../text/context.ts';

export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** Mean and standard deviation alone, without the rest of a run's `data`. */
export const normalizationOf = ({ mean, std }: Normalization): Normalization => ({ mean, std });

/** Whether two nets take the same pixels as the same numbers. */
export const isNormalizedAlike = (one: Normalization, other: Normalization): boolean =>
  one.mean.join() === other.mean.join() && one.std.join() === other.std.join();

/** CIFAR-10's as most programs have it. The deviations are means of each image's own, not those of all pixels. */
export const CIFAR10_NORMALIZATION = {
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
} as const satisfies Normalization;

/** Those in common use, by name. */
export const NORMALIZATIONS = {
  cifar10: { ...CIFAR10_NORMALIZATION },
  'cifar10-exact': {
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
  cifar100: {
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
  },
  'fashion-mnist': {
    mean: [0.286, 0.286, 0.286],
    std: [0.353, 0.353, 0.353],
  },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  none: { mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Readonly<Record<string, Normalization>>;

export type NormalizationName = keyof typeof NORMALIZATIONS;

/** @param t in which language. */
export const normalizationTitles = (t: Say): Readonly<Record<NormalizationName, string>> => ({
  cifar10: t`CIFAR-10, as usual`,
  'cifar10-exact': t`CIFAR-10, standard deviation over all pixels`,
  cifar100: 'CIFAR-100',
  'fashion-mnist': 'Fashion-MNIST',
  imagenet: 'ImageNet',
  half: t`−1 to 1`,
  none: t`none: 0 to 1`,
});

/** Numbers closer than this are the same, written with fewer digits. */
const SAME = 1e-3;

/** Whether both are the same up to rounding in print. */
export function isSameNormalization(a: Normalization, b: Normalization): boolean {
  const isClose = (values: readonly number[], others: readonly number[]): boolean =>
    values.every((value, i) => Math.abs(value - (others[i] ?? Number.NaN)) < SAME);
  return isClose(a.mean, b.mean) && isClose(a.std, b.std);
}

/** The name in common use of exactly these numbers; null if they have none. */
export function nameOfNormalization({ mean, std }: Normalization): NormalizationName | null {
  const isIt = ([, known]: [string, Normalization]): boolean =>
    known.mean.join() === mean.join() && known.std.join() === std.join();
  const found = Object.entries(NORMALIZATIONS).find(isIt)?.[0];
  return (found as NormalizationName | undefined) ?? null;
}

/** CIFAR-10's classes in the order of their labels. */
export const CIFAR10_CLASSES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;
