/** Every place that images can come from. A new one is an entry here. */
import { DataError } from './dataError.ts';
import { openHttpFile } from './httpFile.ts';
import { CIFAR10_CLASSES } from './normalization.ts';
import { PARQUET_FILES, parquetSource } from './parquetSource.ts';
import { syntheticSource } from './syntheticSource.ts';
import type { DataRequest, Source, SourceDescription } from './types.ts';

/** Path of the same-origin mirror, relative to the page. */
const MIRROR_PATH = 'data/cifar10/';
const HUB_URL = 'https://huggingface.co/datasets/uoft-cs/cifar10/resolve/main/plain_text/';

const CIFAR10_CITATION =
  'A. Krizhevsky, “Learning Multiple Layers of Features from Tiny Images”, technical report, University of Toronto, 2009.';

/** Describes CIFAR-10 from the given place. */
export function cifar10From(origin: SourceDescription['origin'], place: string): SourceDescription {
  return {
    origin,
    title: `CIFAR-10 (${place})`,
    isCifar10: true,
    citation: CIFAR10_CITATION,
    classNames: CIFAR10_CLASSES,
  };
}

const mirror = parquetSource(cifar10From('mirror', 'this server'), async (split, context) => {
  if (context.baseUrl === null) {
    throw new DataError('unavailable', 'There is no page, so there is no mirror beside it.');
  }
  const folder = new URL(MIRROR_PATH, context.baseUrl);
  return openHttpFile(new URL(PARQUET_FILES[split], folder).href, context);
});

/** The public data set, or a copy of its folder at another URL. */
export const hubAt = (folder: string): Source =>
  parquetSource(cifar10From('hub', 'Hugging Face hub'), (split, context) =>
    openHttpFile(new URL(PARQUET_FILES[split], folder).href, context),
  );

const unreadable = (images: string): Source => ({
  open: () =>
    Promise.reject(
      new DataError(
        'unsupported',
        `${images} cannot be used on this page yet. Choose CIFAR-10 or synthetic shapes, or train from the command line with --data.`,
      ),
    ),
});

/** Tried in this order: the next one only if the one before is unavailable. */
export const SOURCES: Readonly<Record<DataRequest['source'], readonly Source[]>> = {
  cifar10: [mirror, hubAt(HUB_URL), syntheticSource],
  synthetic: [syntheticSource],
  cifar100: [unreadable('CIFAR-100')],
  'fashion-mnist': [unreadable('Fashion-MNIST')],
  own: [unreadable('Own images')],
};
