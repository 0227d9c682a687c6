/** `--data` and what stands in for it: a split of a data set, on the GPU as bytes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/lib/install.mjs';
import { openDataset } from '../src/data/dataset.ts';
import { knownSet } from '../src/data/knownSets.ts';
import { nodeCodecs } from '../src/data/nodeCodecs.ts';
import { folderSource, knownInFolder, readLocalImages } from '../src/data/nodeFolder.ts';
import { normalizationOfImages } from '../src/data/own/imageSet.ts';
import { imageSetHash } from '../src/data/own/imageSetFile.ts';
import { imageSetSource } from '../src/data/own/imageSetSource.ts';
import { PARQUET_FILES } from '../src/data/parquetSource.ts';
import { SOURCES } from '../src/data/sources.ts';
import { IMAGE_BYTES, type ImageSet, type Source, type Split } from '../src/data/types.ts';
import type { EngineDataset, EngineDevice } from '../src/engine/api.ts';
import type { RunConfig } from '../src/model/config.ts';
import { identityOf } from '../src/training/checkpoint/checkpoint.ts';
import { loadedImages } from '../src/training/loadedImages.ts';
import { HeadlessError } from './files.ts';
import type { TestImages, TrainingImages } from './images.ts';
import { note } from './note.ts';

/**
 * Training images in the order of the seed: the same batches as on the page.
 * @param folder of `--data`, or null to look for one.
 * @throws HeadlessError or DataError when there are no images.
 */
export async function folderForTraining(
  device: EngineDevice,
  folder: string | null,
  config: RunConfig,
): Promise<TrainingImages> {
  const { dataset, classNames } = await openSplit('train', folder, config);
  return { classNames, ...(await loadedImages(device, dataset, config)) };
}

/** The test split: `config.data.test` of its images. */
export async function folderForTest(
  device: EngineDevice,
  folder: string | null,
  config: RunConfig,
): Promise<TestImages> {
  if (config.data.test === 0) throw new HeadlessError('data.test is 0: no images to evaluate on');
  const { dataset, count } = await openSplit('test', folder, config);
  const images = device.createDataset(count);
  const labels = await load(dataset, images, count);
  return {
    count,
    label: (image) => labels[image] ?? 0,
    load: (start, length, _, view) => ({
      dataset: images,
      indices: Uint32Array.from({ length }, (_, i) => start + i),
      firstPosition: start,
      augment: { crop: false, flip: false },
      seed: 0,
      view,
    }),
  };
}

/** All images of a split, `config.data` of them, and how many there are to train on. */
export async function folderImages(split: Split, folder: string | null, config: RunConfig) {
  const { dataset, count, source } = await openSplit(split, folder, config);
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint16Array(count);
  for await (const chunk of dataset) {
    if (chunk.split !== split) continue;
    pixels.set(chunk.pixels, chunk.start * IMAGE_BYTES);
    labels.set(chunk.labels, chunk.start);
  }
  return { images: { pixels, labels }, source };
}

/** The sources to try, by `--data`, else by the config. */
export async function sourcesFor(
  path: string | null,
  config: RunConfig,
): Promise<readonly Source[]> {
  if (path !== null) return [(await openedAt(path)).source];
  const { source } = config.data;
  if (source === 'synthetic') return SOURCES.synthetic;
  if (source === 'own') {
    throw new HeadlessError(
      'data.source is "own": name the folder or archive of the images by --data',
    );
  }
  const { folder, title } = knownSet(source);
  const named = source === 'cifar10' ? process.env.CIFAR10_DIR : '';
  const places = [named, folder, join(ROOT, folder)];
  const found = places.find((place) => place && existsSync(join(place, PARQUET_FILES.train)));
  if (found !== undefined) return [folderSource(found, source)];
  throw new HeadlessError(
    `no images: data.source is "${source}". Name a folder or archive with ${title} by --data${source === 'cifar10' ? ' or CIFAR10_DIR' : ''}, fill ${folder} with npm run data, or set data.source to "synthetic".`,
  );
}

/** Read once, however many commands ask for a split of it. */
const opened = new Map<string, Promise<Opened>>();

interface Opened {
  readonly source: Source;
  /** Null: they are read as they are needed. */
  readonly own: { readonly set: ImageSet; readonly sha256: string } | null;
}

/** Whatever images there are: published sets in Parquet are read as they are needed, others at once. */
function openedAt(path: string): Promise<Opened> {
  const known = opened.get(path) ?? openAt(path);
  opened.set(path, known);
  return known;
}

async function openAt(path: string): Promise<Opened> {
  const known = await knownInFolder(path);
  if (known !== null) return { source: folderSource(path, known), own: null };
  const set = await readLocalImages(path);
  for (const remark of set.remarks) note(`images: ${remark}`);
  const sha256 = await imageSetHash(set);
  return { source: imageSetSource(set, 'file', sha256), own: { set, sha256 } };
}

/**
 * A config with `data.source` "own" names the images of `--data`, and takes their mean and deviation where it says none.
 * @param saysNormalization whether its file does.
 */
export async function withOwnImages(
  config: RunConfig,
  saysNormalization: boolean,
  path: string | null,
): Promise<RunConfig> {
  if (config.data.source !== 'own' || path === null) return config;
  const { own } = await openedAt(path);
  if (own === null) return config;
  const imagesSha256 = config.data.imagesSha256 ?? own.sha256;
  const normalization = saysNormalization ? {} : normalizationOfImages(own.set.train);
  return { ...config, data: { ...config.data, ...normalization, imagesSha256 } };
}

async function openSplit(split: Split, folder: string | null, config: RunConfig) {
  const { source, train, test } = config.data;
  const wanted = { train: 0, test: 0, [split]: split === 'train' ? train : test };
  const dataset = openDataset(
    { source, seed: config.training.seed, ...wanted },
    { baseUrl: null, sources: await sourcesFor(folder, config), codecs: nodeCodecs },
  );
  const info = await dataset.info;
  note(`images: ${info.title}, ${info[split]} of the ${split} split`);
  const { title, sha256, classNames } = info;
  if (classNames.length > config.model.classes) {
    throw new HeadlessError(
      `${title} has ${classNames.length} classes, but model.classes is ${config.model.classes}: set it to ${classNames.length}`,
    );
  }
  const wantedHash = config.data.imagesSha256;
  if (wantedHash !== undefined && wantedHash !== sha256) {
    throw new HeadlessError(
      `${title} is another set of images than the run's: its hash is ${sha256 ?? 'unknown'}, data.imagesSha256 is ${wantedHash}`,
    );
  }
  return { dataset, count: info[split], classNames, source: identityOf(info) };
}

/** @returns the labels. */
async function load(
  dataset: ReturnType<typeof openDataset>,
  images: EngineDataset,
  needed: number,
): Promise<Uint16Array> {
  const labels = new Uint16Array(needed);
  for await (const chunk of dataset) {
    images.append(chunk);
    labels.set(chunk.labels, chunk.start);
    if (images.uploaded >= needed) break;
  }
  note(`images: ${images.uploaded} loaded`);
  return labels;
}
