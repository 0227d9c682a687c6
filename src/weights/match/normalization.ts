/** How a file says its images were normalised: in its metadata, or in buffers of a network that normalises by itself. */
import { CIFAR10_NORMALIZATION, type Normalization } from '../../data/normalization.ts';
import type { StoredTensor } from '../read/weightsFile.ts';
import { readOrigin } from '../readOrigin.ts';

export type FileNormalization = Normalization & { readonly source: 'file' | 'assumed' };

const OF_IMAGES =
  /(^|[./_])(\w*norm(aliz|alis)?\w*|preprocess\w*|transform\w*|image|pixel|input|data|0)?[./_]?/;
const MEAN = new RegExp(`${OF_IMAGES.source}(new_)?(mean|mu)$`, 'i');
const STD = new RegExp(`${OF_IMAGES.source}(new_)?(std|sigma)$`, 'i');

/** Three numbers under a name such as `normalize.mean`, `normalizer.new_std`, `pixel_mean` or `mu`. */
export function isNormalizationBuffer(name: string, shape: readonly number[]): boolean {
  const isRunning = /running_mean$/.test(name);
  const isThree = shape.reduce((product, n) => product * n, 1) === 3;
  return !isRunning && isThree && (MEAN.test(name) || STD.test(name));
}

/** @param tensors of the network's dictionary. */
export function normalizationOf(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, StoredTensor>,
): FileNormalization {
  const { normalization } = readOrigin(metadata);
  if (normalization !== null) return { ...normalization, source: 'file' };
  const buffer = (pattern: RegExp): readonly number[] | null => {
    const found = [...tensors].find(
      ([name, { shape }]) => isNormalizationBuffer(name, shape) && pattern.test(name),
    );
    return found === undefined ? null : [...found[1].data];
  };
  const [mean, std] = [buffer(MEAN), buffer(STD)];
  if (mean === null || std === null || std.some((value) => !(value > 0))) {
    return { ...CIFAR10_NORMALIZATION, source: 'assumed' };
  }
  // Of pixels from 0 to 255.
  const scale = Math.max(...mean, ...std) > 1.5 ? 255 : 1;
  return { mean: three(mean, scale), std: three(std, scale), source: 'file' };
}

/** In as many digits as float32 has. */
const three = (
  [a = 0, b = 0, c = 0]: readonly number[],
  scale: number,
): [number, number, number] => {
  const digits = (value: number) => Number((value / scale).toPrecision(7));
  return [digits(a), digits(b), digits(c)];
};
