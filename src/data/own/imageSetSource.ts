/** An image set in memory as a source. */
import { DataError } from '../dataError.ts';
import { knownSet } from '../knownSets.ts';
import {
  IMAGE_BYTES,
  type Images,
  type ImageSet,
  type Source,
  type SourceDescription,
  type SplitReader,
} from '../types.ts';
import { t } from '../../text/t.ts';

const CHUNK_IMAGES = 1000;

/** @param sha256 of the set; null: unknown. */
export function imageSetSource(
  set: ImageSet,
  origin: SourceDescription['origin'],
  sha256: string | null,
): Source {
  const { title, dataset, classNames, train, test } = set;
  return {
    async open() {
      if (train.labels.length === 0) throw new DataError('unsupported', t`${title} has no images.`);
      return {
        description: {
          ...{ origin, title, dataset, sha256, classNames },
          isCifar10: dataset === 'cifar10',
          citation: dataset === null ? null : knownSet(dataset).citation,
        },
        train: splitReader(train),
        test: splitReader(test),
      };
    },
  };
}

function splitReader({ pixels, labels }: Images): SplitReader {
  const chunks = Array.from({ length: Math.ceil(labels.length / CHUNK_IMAGES) }, (_, i) => ({
    start: i * CHUNK_IMAGES,
    count: Math.min(CHUNK_IMAGES, labels.length - i * CHUNK_IMAGES),
  }));
  return {
    chunks,
    fetch:
      async ({ start, count }) =>
      async () => ({
        pixels: pixels.subarray(start * IMAGE_BYTES, (start + count) * IMAGE_BYTES),
        labels: labels.subarray(start, start + count),
      }),
  };
}
