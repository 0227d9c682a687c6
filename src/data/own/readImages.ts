/**
 * Reads the images that someone gave as files: a folder or zip of class folders, Parquet files, or one of the published
 * archives. What it is, is told by the content and the names in it, not by the name of the whole.
 */
import { isPublished, readPublished } from '../archives/published.ts';
import { gunzipFile } from '../archives/gunzipFile.ts';
import { zipFiles } from '../archives/zipFiles.ts';
import { isGzip } from '../../containers/gzip.ts';
import { isTar, tarMembers } from '../../containers/tar.ts';
import { MAX_NESTING, mostUnpacked } from '../../containers/limits.ts';
import { isZip } from '../../containers/zip/directory.ts';
import { DataError, reasonOf } from '../dataError.ts';
import { readClassFolders, isImageName } from './classFolders.ts';
import type { ImageSet } from '../types.ts';
import { baseName, fileOfBytes, type InputFile, isLitter } from './inputFile.ts';
import { readParquetSet } from './parquetSet.ts';
import { countedFiles, namedFew, type Reading } from './reading.ts';
import { t } from '../../text/t.ts';

const isParquet = ({ name }: InputFile): boolean => /\.(parquet|pq)$/i.test(name);
const IDX_NAME = /idx[13]-ubyte/;

interface Opened {
  readonly files: readonly InputFile[];
  /** Of the archive, where there was one that is published as a whole. */
  readonly archive: { readonly name: string; readonly md5: string } | null;
}

/**
 * @param title of the set: the name of the folder or archive that was given.
 * @throws DataError that says what is there instead of images
 */
export async function readImages(
  given: readonly InputFile[],
  title: string,
  reading: Reading,
): Promise<ImageSet> {
  const most = mostUnpacked(given.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const { files, archive } = await unpacked(given, reading, most, 0);
  if (files.length === 0) throw new DataError('unsupported', t`There are no files in ${title}.`);
  const parquet = files.filter(isParquet);
  if (parquet.length > 0) return readParquetSet(parquet, title, reading);
  if (isPublished(files)) return readPublished(files, archive, reading, most);
  if (files.some(({ name }) => isImageName(name))) return readClassFolders(files, title, reading);
  throw new DataError(
    'unsupported',
    t`${title} contains no images in a known format, only ${countedFiles(files.length)}: ${namedFew(files.map(({ name }) => name))}. Give class folders of PNG, JPEG, WebP or GIF images, Parquet files, or the archives of CIFAR-10, CIFAR-100 or Fashion-MNIST.`,
  );
}

/**
 * The files themselves, or those of the archive that a single file is.
 * @param most bytes that any of it may unpack to, however deep it is nested.
 */
async function unpacked(
  given: readonly InputFile[],
  reading: Reading,
  most: number,
  depth: number,
): Promise<Opened> {
  const { signal, onProgress } = reading;
  const plain = given.filter(({ name }) => !isLitter(name));
  const [only, ...others] = plain;
  const isSingle = only !== undefined && others.length === 0 && !IDX_NAME.test(only.name);
  if (!isSingle || depth > MAX_NESTING) return { files: plain, archive: null };
  const start = await only.read(0, Math.min(512, only.byteLength), signal);
  try {
    if (isZip(start)) {
      const files = (await zipFiles(only, most, signal)).filter(({ name }) => !isLitter(name));
      return files.length === 1
        ? await unpacked(files, reading, most, depth + 1)
        : { files, archive: null };
    }
    if (isGzip(start)) {
      onProgress?.(t`unpacking ${baseName(only.name)}`);
      const { bytes, md5 } = await gunzipFile(only, most, signal);
      const name = baseName(only.name);
      const files = isTar(bytes)
        ? tarFiles(bytes)
        : [fileOfBytes(name.replace(/\.gz$/i, ''), bytes)];
      return { files, archive: { name, md5 } };
    }
    if (isTar(start)) {
      const bytes = await only.read(0, only.byteLength, signal);
      return { files: tarFiles(bytes), archive: null };
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    throw new DataError('broken', `${baseName(only.name)}: ${reasonOf(error)}.`, { cause: error });
  }
  return { files: plain, archive: null };
}

const tarFiles = (tar: Uint8Array): InputFile[] =>
  tarMembers(tar)
    .filter(({ name }) => !isLitter(name))
    .map(({ name, bytes }) => fileOfBytes(name, bytes));
