/** Every place that images can come from. A new one is an entry here. */
import { DataError } from './dataError.ts';
import { openHttpFile } from './httpFile.ts';
import { type KnownSetId, knownSet } from './knownSets.ts';
import { PARQUET_FILES, parquetSource } from './parquetSource.ts';
import { syntheticSource } from './syntheticSource.ts';
import type { DataRequest, Source, SourceDescription } from './types.ts';

/** Describes a published set from the given place. */
export function describeKnown(
  id: KnownSetId,
  origin: SourceDescription['origin'],
  place: string,
): SourceDescription {
  const { title, citation, classNames } = knownSet(id);
  return {
    origin,
    title: `${title} (${place})`,
    isCifar10: id === 'cifar10',
    dataset: id,
    sha256: null,
    citation,
    classNames,
  };
}

/** Beside the page. */
const mirrorOf = (id: KnownSetId): Source =>
  parquetSource(
    describeKnown(id, 'mirror', 'this server'),
    knownSet(id).fit,
    async (split, context) => {
      if (context.baseUrl === null) {
        throw new DataError('unavailable', 'There is no page, so there is no mirror beside it.');
      }
      const folder = new URL(knownSet(id).folder, context.baseUrl);
      return openHttpFile(new URL(PARQUET_FILES[split], folder).href, context);
    },
  );

/** On the hub, or a copy of its folder at another URL. */
export const hubAt = (folder: string, id: KnownSetId = 'cifar10'): Source =>
  parquetSource(describeKnown(id, 'hub', 'Hugging Face hub'), knownSet(id).fit, (split, context) =>
    openHttpFile(new URL(PARQUET_FILES[split], folder).href, context),
  );

const known = (id: KnownSetId): readonly Source[] => [mirrorOf(id), hubAt(knownSet(id).hub, id)];

const ownImages: Source = {
  open: () =>
    Promise.reject(
      new DataError(
        'unsupported',
        'Own images cannot be used on this page yet. Choose CIFAR-10 or synthetic shapes, or train from the command line with --data.',
      ),
    ),
};

/** Tried in this order: the next one only if the one before is unavailable. */
export const SOURCES: Readonly<Record<DataRequest['source'], readonly Source[]>> = {
  cifar10: [...known('cifar10'), syntheticSource],
  synthetic: [syntheticSource],
  cifar100: known('cifar100'),
  'fashion-mnist': known('fashion-mnist'),
  own: [ownImages],
};
