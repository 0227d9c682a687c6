/** What `npm run data -- --from ARCHIVE` does: a published archive becomes the two Parquet files that the page reads. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { KNOWN_SET_IDS, knownSet } from '../src/data/knownSets.ts';
import { readLocalImages } from '../src/data/nodeFolder.ts';
import { PARQUET_FILES } from '../src/data/parquetSource.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type Images } from '../src/data/types.ts';

/** Of a row group: so many are read before training can start. */
const ROWS = 100;

/**
 * @param path the archive, its unpacked folder, or a folder of IDX files.
 * @param root below which `data/cifar10/` and its neighbours are.
 * @returns the folder that was filled, and what there is to say of the images.
 * @throws Error in one line for images that are no published set
 */
export async function convertImages(
  path: string,
  root: string,
): Promise<{ folder: string; title: string; remarks: readonly string[] }> {
  const set = await readLocalImages(path);
  const id = KNOWN_SET_IDS.find((known) => knownSet(known).classNames === set.classNames);
  if (id === undefined) {
    throw new Error(
      `${path} holds images of your own. Drop it on the page, or train on it from the command line with --data.`,
    );
  }
  const folder = join(root, knownSet(id).folder);
  await mkdir(folder, { recursive: true });
  for (const split of ['train', 'test'] as const) {
    const part = join(folder, `${PARQUET_FILES[split]}.part`);
    await writeFile(part, parquetOf(set[split], set.classNames));
    await rename(part, join(folder, PARQUET_FILES[split]));
  }
  return { folder, title: set.title, remarks: set.remarks };
}

/** In the columns of the hub's copies, with the names of the classes as `datasets` writes them. */
function parquetOf({ pixels, labels }: Images, classNames: readonly string[]): Uint8Array {
  const images = Array.from(labels, (_, i) => ({
    bytes: encode({
      ...{ width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3, depth: 8 },
      data: pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
    }),
    path: null,
  }));
  const features = { img: { _type: 'Image' }, label: { names: classNames, _type: 'ClassLabel' } };
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'img', data: images },
      { name: 'label', data: Array.from(labels, BigInt) },
    ],
    schema: [
      { name: 'schema', num_children: 2, repetition_type: 'REQUIRED' },
      { name: 'img', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
    rowGroupSize: ROWS,
    codec: 'UNCOMPRESSED',
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }],
  });
  return new Uint8Array(buffer);
}
