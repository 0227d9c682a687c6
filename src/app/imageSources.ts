/** What comes with a choice of images: how many there are, their classes, and the normalisation that is usual for them. */
import type { DataSourceId } from '../data/dataSources.ts';
import { isNormalizedAlike, NORMALIZATIONS, type Normalization } from '../data/normalization.ts';
import type { KeptImages } from '../data/own/imageStore.ts';
import { MAX_IMAGES } from '../data/own/split.ts';
import type { DataConfig } from '../model/config.ts';
import type { ConfigPatch } from './edit.ts';

type Channels = DataConfig['mean'];

/** Null: computed from the images. */
const USUAL: Readonly<Record<DataSourceId, Normalization | null>> = {
  cifar10: NORMALIZATIONS.cifar10,
  cifar100: NORMALIZATIONS.cifar100,
  'fashion-mnist': NORMALIZATIONS['fashion-mnist'],
  synthetic: NORMALIZATIONS.cifar10,
  own: null,
};

const channels = ([red, green, blue]: Normalization['mean']): Channels => [red, green, blue];

function usualOf(source: DataSourceId): Pick<DataConfig, 'mean' | 'std'> | null {
  const usual = USUAL[source];
  return usual === null ? null : { mean: channels(usual.mean), std: channels(usual.std) };
}

/** Another source in place of the one there is. A normalisation that was chosen for itself stays. */
export function patchForSource(source: DataSourceId, before: DataConfig): ConfigPatch {
  const usual = usualOf(before.source);
  const isUsual = usual === null || isNormalizedAlike(usual, before);
  const normalization = isUsual ? { ...usualOf(source), normalizationSource: undefined } : {};
  return { data: { source, ...normalization, imagesSha256: undefined } };
}

/** What makes a run train on images that are kept in this browser. */
export function patchForImages(images: KeptImages): ConfigPatch {
  const { dataset, sha256, classNames, mean, std } = images;
  return {
    model: { classes: classNames.length },
    data: {
      source: dataset ?? 'own',
      imagesSha256: dataset === null ? sha256 : undefined,
      ...((dataset === null ? null : usualOf(dataset)) ?? { mean, std }),
      normalizationSource: undefined,
      train: Math.min(images.train, MAX_IMAGES.train),
      test: Math.min(images.test, MAX_IMAGES.test),
    },
  };
}
