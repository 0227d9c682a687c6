/** CIFAR-10, CIFAR-100 and Fashion-MNIST as their makers publish them, recognised by the names of their files. */
import { DataError, reasonOf } from '../dataError.ts';
import { type KnownSetId, knownSet } from '../knownSets.ts';
import type { ImageSet } from '../types.ts';
import { baseName, type InputFile, readWhole } from '../own/inputFile.ts';
import { countedImages, countedLabels, type Reading } from '../own/reading.ts';
import type { Images, Split } from '../types.ts';
import { readBinaryBatch, readPythonBatch } from './cifar.ts';
import { isGzip } from '../../containers/gzip.ts';
import { gunzipFile } from './gunzipFile.ts';
import { idxImages, idxLabels } from './idx.ts';
import { Md5 } from './md5.ts';
import { PUBLISHED_MD5 } from './publishedMd5.ts';
import { t } from '../../text/t.ts';

/** A way in which a set is published. */
interface Publication {
  readonly id: KnownSetId;
  /** Names of the files of each split, in the order of the images. */
  readonly files: Readonly<Record<Split, readonly string[]>>;
  /** Of one of its files, or of a pair of images and labels. */
  readonly read: (parts: readonly Uint8Array[], classes: number) => Images;
}

/** The order of batches in the archive, and so that of the images on the hub. */
const BATCHES = [4, 3, 2, 5, 1];

const first =
  (read: (bytes: Uint8Array, classes: number) => Images) =>
  ([bytes = new Uint8Array()]: readonly Uint8Array[], classes: number): Images =>
    read(bytes, classes);

const PUBLICATIONS: readonly Publication[] = [
  {
    id: 'cifar10',
    files: { train: BATCHES.map((i) => `data_batch_${i}`), test: ['test_batch'] },
    read: first(readPythonBatch),
  },
  {
    id: 'cifar10',
    files: { train: BATCHES.map((i) => `data_batch_${i}.bin`), test: ['test_batch.bin'] },
    read: first(readBinaryBatch),
  },
  { id: 'cifar100', files: { train: ['train'], test: ['test'] }, read: first(readPythonBatch) },
  {
    id: 'cifar100',
    files: { train: ['train.bin'], test: ['test.bin'] },
    read: first(readBinaryBatch),
  },
];

/** Images and labels in two files; the dot is what Keras and others have in the name. */
const IDX = /^(train|t10k)-(images|labels)[-.]idx([13])-ubyte(\.gz)?$/;

/** Whether files of these names are a published set. */
export const isPublished = (files: readonly InputFile[]): boolean =>
  publicationOf(files) !== undefined || files.some(({ name }) => IDX.test(baseName(name)));

const publicationOf = (files: readonly InputFile[]): Publication | undefined => {
  const names = new Set(files.map(({ name }) => baseName(name)));
  return PUBLICATIONS.find(({ files: { train } }) => train.some((name) => names.has(name)));
};

/**
 * @param archive its name, and whether its own hash is the published one; null: the files came one by one.
 * @param most bytes that a file may unpack to.
 * @throws DataError `broken` naming the file and the fault
 */
export async function readPublished(
  files: readonly InputFile[],
  archive: { readonly name: string; readonly md5: string } | null,
  reading: Reading,
  most: number,
): Promise<ImageSet> {
  const publication = publicationOf(files);
  const id = publication?.id ?? 'fashion-mnist';
  const { title, classNames } = knownSet(id);
  const published = PUBLISHED_MD5[id];
  const reader = new Reader(files, published, reading, most);
  const read = publication === undefined ? reader.idxSplit : reader.split(publication);
  const [train, test] = [await read('train'), await read('test')];
  if (train === null) {
    throw new DataError('unsupported', t`The training images of ${title} are not among the files.`);
  }
  const isChecked =
    archive !== null && published[archive.name] !== undefined
      ? published[archive.name] === archive.md5
      : reader.unchecked.length === 0;
  const doubtful =
    archive !== null && published[archive.name] !== undefined
      ? t`${archive.name} is not the file that was published (its MD5 is ${archive.md5})`
      : reader.unchecked.length === 1
        ? t`${reader.unchecked.join()} does not match the published hashes`
        : t`${reader.unchecked.slice(0, 3).join(', ')} do not match the published hashes`;
  const missing = [...reader.missing, ...(test === null ? [t`the test images`] : [])];
  return {
    title: isChecked ? title : `${archive?.name ?? title}, not checked to be ${title}`,
    dataset: isChecked && missing.length === 0 ? id : null,
    classNames,
    train,
    test: test ?? { pixels: new Uint8Array(), labels: new Uint16Array() },
    remarks: [
      ...(isChecked ? [] : [t`${doubtful}: these may not be the images of ${title}.`]),
      ...(missing.length > 0 ? [t`Missing: ${missing.join(', ')}.`] : []),
    ],
  };
}

class Reader {
  /** Files that no published hash vouches for. */
  readonly unchecked: string[] = [];
  readonly missing: string[] = [];
  private readonly byName: ReadonlyMap<string, InputFile>;

  constructor(
    files: readonly InputFile[],
    private readonly published: Readonly<Record<string, string>>,
    private readonly reading: Reading,
    private readonly most: number,
  ) {
    this.byName = new Map(files.map((file) => [baseName(file.name), file]));
  }

  split(publication: Publication): (split: Split) => Promise<Images | null> {
    const { id, files, read } = publication;
    const classes = knownSet(id).classNames.length;
    return async (split) => {
      const parts: Images[] = [];
      for (const name of files[split]) {
        const bytes = await this.bytesOf(name);
        if (bytes === null) this.missing.push(name);
        else parts.push(naming(name, () => read([bytes], classes)));
      }
      return parts.length === 0 ? null : joined(parts);
    };
  }

  idxSplit = async (split: Split): Promise<Images | null> => {
    const start = split === 'train' ? 'train' : 't10k';
    const nameOf = (content: string) =>
      [...this.byName.keys()].find(
        (name) => IDX.test(name) && name.startsWith(`${start}-${content}`),
      );
    const [imageName, labelName] = [nameOf('images'), nameOf('labels')];
    if (imageName === undefined || labelName === undefined) return null;
    const [images, labels] = [await this.bytesOf(imageName), await this.bytesOf(labelName)];
    const pixels = naming(imageName, () => idxImages(images ?? new Uint8Array()));
    const numbers = naming(labelName, () => idxLabels(labels ?? new Uint8Array()));
    return naming(labelName, () => {
      if (pixels.length !== numbers.length * 3072) {
        throw new Error(
          t`${countedLabels(numbers.length)} for ${countedImages(pixels.length / 3072)}`,
        );
      }
      const wrong = numbers.findIndex((label) => label > 9);
      if (wrong >= 0) throw new Error(t`label ${wrong} is ${numbers[wrong] ?? '?'}, not 0–9`);
      return { pixels, labels: numbers };
    });
  };

  /** Unpacked where it is packed; null where there is none. */
  private async bytesOf(name: string): Promise<Uint8Array | null> {
    const file = this.byName.get(name);
    if (file === undefined) return null;
    const { signal, onProgress } = this.reading;
    onProgress?.(name);
    try {
      const isPacked = isGzip(await file.read(0, Math.min(3, file.byteLength), signal));
      const { bytes, md5 } = isPacked
        ? await gunzipFile(file, this.most, signal)
        : await hashed(file, signal);
      if (this.published[name] !== md5) this.unchecked.push(name);
      return bytes;
    } catch (error) {
      signal?.throwIfAborted();
      throw broken(name, error);
    }
  }
}

async function hashed(file: InputFile, signal?: AbortSignal) {
  const bytes = await readWhole(file, signal);
  return { bytes, md5: new Md5().update(bytes).digest() };
}

function naming<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw broken(name, error);
  }
}

const broken = (name: string, cause: unknown): DataError =>
  new DataError('broken', t`${name} cannot be read: ${reasonOf(cause)}.`, { cause });

function joined(parts: readonly Images[]): Images {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const pixels = new Uint8Array(count * 3072);
  const labels = new Uint16Array(count);
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pixels, at * 3072);
    labels.set(part.labels, at);
    at += part.labels.length;
  }
  return { pixels, labels };
}
