/** Every place that images can come from. A new one is an entry here. */
import { DataError } from './dataError.ts';
import { openHttpFile } from './httpFile.ts';
import { type KnownSetId, knownSet } from './knownSets.ts';
import { imageSetSource } from './own/imageSetSource.ts';
import { PARQUET_FILES, parquetSource } from './parquetSource.ts';
import { syntheticSource } from './syntheticSource.ts';
import type { DataRequest, Source, SourceDescription } from './types.ts';
import { t } from '../text/t.ts';

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
        throw new DataError('unavailable', t`There is no page, so there is no mirror beside it.`);
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

/** The files of the set, where they were given and are kept in this browser; else those beside the page. */
const keptOrMirror = (id: KnownSetId): Source => ({
  async open(request, context) {
    const kept = (await context.kept?.findKnown(id)) ?? null;
    if (kept === null) return mirrorOf(id).open(request, context);
    const title = `${kept.set.title} (this browser)`;
    return imageSetSource({ ...kept.set, title }, 'browser', kept.sha256).open(request, context);
  },
});

const known = (id: KnownSetId): readonly Source[] => [
  keptOrMirror(id),
  hubAt(knownSet(id).hub, id),
];

const ownImages: Source = {
  async open(request, context) {
    const { imagesSha256 } = request;
    if (imagesSha256 === undefined) {
      throw new DataError(
        'unsupported',
        t`No images are chosen. Drop a folder or zip of class folders on the page, or choose one under Images.`,
      );
    }
    const set = (await context.kept?.read(imagesSha256)) ?? null;
    if (set === null) {
      throw new DataError(
        'unsupported',
        t`This run trains on someone’s own images, which are not in this browser: ${request.train.toLocaleString('en-US')} of the set with the hash ${imagesSha256.slice(0, 8)}…. Drop the same folder or file on the page, then press Retry.`,
      );
    }
    return imageSetSource(set, 'browser', imagesSha256).open(request, context);
  },
};

/** Tried in this order: the next one only if the one before is unavailable. */
export const SOURCES: Readonly<Record<DataRequest['source'], readonly Source[]>> = {
  cifar10: [...known('cifar10'), syntheticSource],
  synthetic: [syntheticSource],
  cifar100: known('cifar100'),
  'fashion-mnist': known('fashion-mnist'),
  own: [ownImages],
};
