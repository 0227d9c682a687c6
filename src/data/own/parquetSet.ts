/** Any Parquet files of images, in one or several shards, as an image set. */
import { DataError, reasonOf } from '../dataError.ts';
import { KNOWN_SET_IDS, type KnownSetId, knownSet } from '../knownSets.ts';
import { decodeChunk, readLabels } from '../parquetImages.ts';
import { byCodePoint, classNamesOf, classOf, type RawLabel } from '../parquetLabels.ts';
import { type ParquetLayout, readLayout } from '../parquetLayout.ts';
import { IMAGE_BYTES, type Images, type ImageSet, type RandomAccessFile } from '../types.ts';
import type { InputFile } from './inputFile.ts';
import { countedImages, type Reading } from './reading.ts';
import { drawnRemark, drawSplit, MAX_IMAGES, mixed } from './split.ts';
import { givenSplit, type SplitName, splitOfPath } from './splitNames.ts';
import { t } from '../../text/t.ts';

interface Shard {
  readonly file: RandomAccessFile;
  readonly layout: ParquetLayout;
  readonly labels: readonly RawLabel[];
}

/**
 * Splits are told by the names of files and folders; without them, one image in six of each class is kept for the test.
 * @throws DataError naming the file, and the row or column at fault
 */
export async function readParquetSet(
  files: readonly InputFile[],
  title: string,
  reading: Reading,
): Promise<ImageSet> {
  const { signal } = reading;
  const shards: Shard[] = [];
  for (const input of files.toSorted((a, b) => byCodePoint(a.name, b.name))) {
    const file = { ...input, version: '' };
    const layout = await readLayout(file, signal);
    shards.push({ file, layout, labels: await readLabels(file, layout, signal) });
  }
  const classNames = classesOf(shards);
  const known = knownBy(classNames);
  const bySplit = new Map<SplitName, Shard[]>();
  for (const shard of shards) {
    const split = splitOfPath(shard.file.name);
    if (split !== null) bySplit.set(split, [...(bySplit.get(split) ?? []), shard]);
  }
  const given = givenSplit(bySplit);
  const reader = new ShardReader(classNames, known, reading);
  const chosen = given === null ? await reader.drawn(shards) : await reader.given(given);
  const unused = given?.unused.reduce((sum, { labels }) => sum + labels.length, 0) ?? 0;
  return {
    title: known === null ? title : `${knownSet(known).title} (${title})`,
    dataset: known,
    classNames: known === null ? classNames : knownSet(known).classNames,
    ...chosen,
    remarks: [
      ...(given === null ? [drawnRemark(chosen.test.labels.length)] : []),
      ...(unused > 0 ? [t`${countedImages(unused)} for validation not used.`] : []),
    ],
  };
}

/** The classes of all shards together. @throws DataError */
function classesOf(shards: readonly Shard[]): readonly string[] {
  const [first] = shards;
  if (first === undefined) throw new DataError('unsupported', t`There is no Parquet file.`);
  const { label } = first.layout.columns;
  const odd = shards.find(({ layout }) => layout.columns.label.kind !== label.kind);
  if (odd !== undefined) {
    throw new DataError(
      'unsupported',
      t`${odd.file.name} has ${odd.layout.columns.label.kind} labels, ${first.file.name} has ${label.kind} labels. Give files of one set.`,
    );
  }
  try {
    return classNamesOf(
      shards.flatMap(({ labels }) => labels),
      label,
    );
  } catch (error) {
    throw new DataError('unsupported', `${first.file.name}: ${reasonOf(error)}.`, { cause: error });
  }
}

/** The published set that has exactly these classes; the hub's copy of CIFAR-100 lacks a letter in one. */
function knownBy(classNames: readonly string[]): KnownSetId | null {
  const plain = (names: readonly string[]) =>
    names.map((name) => name.toLowerCase().replace(/\s/g, '').replace(/^cra$/, 'crab')).join();
  const wanted = plain(classNames);
  return KNOWN_SET_IDS.find((id) => plain(knownSet(id).classNames) === wanted) ?? null;
}

class ShardReader {
  private done = 0;

  constructor(
    private readonly classNames: readonly string[],
    private readonly known: KnownSetId | null,
    private readonly reading: Reading,
  ) {}

  /** Images stay in the order of their rows, unless those are sorted by class. */
  async given(splits: { train: readonly Shard[]; test: readonly Shard[] }) {
    return {
      train: await this.ordered(splits.train, MAX_IMAGES.train),
      test: await this.ordered(splits.test, MAX_IMAGES.test),
    };
  }

  async drawn(shards: readonly Shard[]) {
    const labels = this.labelsOf(shards);
    const { train, test } = drawSplit([...labels.keys()], (row) => labels[row] ?? 0);
    const chosen = { train: mixed(train, MAX_IMAGES.train), test: mixed(test, MAX_IMAGES.test) };
    // Together, since both are in all chunks.
    const { pixels, labels: all } = await this.images(shards, [...chosen.train, ...chosen.test]);
    const split = chosen.train.length;
    return {
      train: { pixels: pixels.subarray(0, split * IMAGE_BYTES), labels: all.subarray(0, split) },
      test: { pixels: pixels.subarray(split * IMAGE_BYTES), labels: all.subarray(split) },
    };
  }

  private ordered(shards: readonly Shard[], most: number): Promise<Images> {
    const labels = this.labelsOf(shards);
    const all = [...labels.keys()];
    return this.images(shards, isGrouped(labels) ? mixed(all, most) : all.slice(0, most));
  }

  /** Classes of all rows of the shards. */
  private labelsOf(shards: readonly Shard[]): Uint16Array {
    return Uint16Array.from(
      shards.flatMap(({ labels }) => labels.map((label) => classOf(label, this.classNames))),
    );
  }

  /** @param rows of all shards together that are kept, in the order of the images; memory is taken for no others. */
  private async images(shards: readonly Shard[], rows: readonly number[]): Promise<Images> {
    const { codecs, signal, onProgress } = this.reading;
    const fit = this.known === null ? 'crop' : knownSet(this.known).fit;
    const pixels = new Uint8Array(rows.length * IMAGE_BYTES);
    const labels = new Uint16Array(rows.length);
    const places = new Map(rows.map((row, place) => [row, place]));
    let first = 0;
    for (const { file, layout } of shards) {
      for (const chunk of layout.chunks) {
        const kept = Array.from({ length: chunk.count }, (_, i) => places.get(first + i));
        first += chunk.count;
        const count = kept.filter((place) => place !== undefined).length;
        if (count === 0) continue;
        const bytes = await file.read(chunk.byteStart, chunk.byteEnd, signal);
        const reading = { codecs, fit, classNames: this.classNames };
        const images = await decodeChunk(file, layout, chunk, bytes, reading, signal);
        for (const [i, place] of kept.entries()) {
          if (place === undefined) continue;
          const image = images.pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
          pixels.set(image, place * IMAGE_BYTES);
          labels[place] = images.labels[i] ?? 0;
        }
        this.done += count;
        onProgress?.(t`${countedImages(this.done)} read`);
      }
    }
    return { pixels, labels };
  }
}

/** Whether images of a class stand together: the label changes less than half as often as it would by chance. */
function isGrouped(labels: Uint16Array): boolean {
  const counts = new Map<number, number>();
  let changes = 0;
  for (const [i, label] of labels.entries()) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    if (i > 0 && label !== labels[i - 1]) changes++;
  }
  const total = labels.length;
  const byChance = [...counts.values()].reduce((sum, n) => sum + (n / total) * (total - n), 0);
  return changes < byChance / 2;
}
