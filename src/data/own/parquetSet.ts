/** Any Parquet files of images, in one or several shards, as an image set. */
import { DataError, reasonOf } from '../dataError.ts';
import { KNOWN_SET_IDS, type KnownSetId, knownSet } from '../knownSets.ts';
import { decodeChunk, readLabels } from '../parquetImages.ts';
import { byCodePoint, classNamesOf, type RawLabel } from '../parquetLabels.ts';
import { type ParquetLayout, readLayout } from '../parquetLayout.ts';
import { IMAGE_BYTES, type Images, type ImageSet, type RandomAccessFile } from '../types.ts';
import type { InputFile } from './inputFile.ts';
import { counted, type Reading } from './reading.ts';
import { drawnRemark, drawSplit, MAX_IMAGES, mixed, picked } from './split.ts';
import { givenSplit, type SplitName, splitOfPath } from './splitNames.ts';

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
      ...(unused > 0 ? [`${counted(unused, 'image')} for validation not used.`] : []),
    ],
  };
}

/** The classes of all shards together. @throws DataError */
function classesOf(shards: readonly Shard[]): readonly string[] {
  const [first] = shards;
  if (first === undefined) throw new DataError('unsupported', 'There is no Parquet file.');
  const { label } = first.layout.columns;
  const odd = shards.find(({ layout }) => layout.columns.label.kind !== label.kind);
  if (odd !== undefined) {
    throw new DataError(
      'unsupported',
      `${odd.file.name} has ${odd.layout.columns.label.kind} labels, ${first.file.name} has ${label.kind} labels. Give files of one set.`,
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
      train: this.ordered(await this.images(splits.train), MAX_IMAGES.train),
      test: this.ordered(await this.images(splits.test), MAX_IMAGES.test),
    };
  }

  async drawn(shards: readonly Shard[]) {
    const all = await this.images(shards);
    const { train, test } = drawSplit([...all.labels.keys()], (i) => all.labels[i] ?? 0);
    return {
      train: picked(all, mixed(train, MAX_IMAGES.train)),
      test: picked(all, mixed(test, MAX_IMAGES.test)),
    };
  }

  private ordered(images: Images, most: number): Images {
    const all = [...images.labels.keys()];
    return picked(images, isGrouped(images.labels) ? mixed(all, most) : all.slice(0, most));
  }

  private async images(shards: readonly Shard[]): Promise<Images> {
    const { codecs, signal, onProgress } = this.reading;
    const fit = this.known === null ? 'crop' : knownSet(this.known).fit;
    const total = shards.reduce((sum, { labels }) => sum + labels.length, 0);
    const pixels = new Uint8Array(total * IMAGE_BYTES);
    const labels = new Uint16Array(total);
    let at = 0;
    for (const { file, layout } of shards) {
      for (const chunk of layout.chunks) {
        const bytes = await file.read(chunk.byteStart, chunk.byteEnd, signal);
        const rows = { codecs, fit, classNames: this.classNames };
        const images = await decodeChunk(file, layout, chunk, bytes, rows, signal);
        pixels.set(images.pixels, at * IMAGE_BYTES);
        labels.set(images.labels, at);
        at += chunk.count;
        this.done += chunk.count;
        onProgress?.(`${counted(this.done, 'image')} read`);
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
