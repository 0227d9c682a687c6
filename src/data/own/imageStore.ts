/** Image sets kept in the browser's private file system, by their hash. */
import * as z from 'zod/mini';
import type { Folder } from '../../storage/folder.ts';
import { isFull } from '../../storage/failure.ts';
import { DataError, reasonOf } from '../dataError.ts';
import { KNOWN_SET_IDS, type KnownSetId } from '../knownSets.ts';
import type { ImageSet, KeptSets } from '../types.ts';
import { normalizationOfImages } from './imageSet.ts';
import { imageSetHash, readImageSet, writeImageSet } from './imageSetFile.ts';

const channels = z.tuple([z.number(), z.number(), z.number()]);
const keptSchema = z.strictObject({
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  title: z.string(),
  dataset: z.nullable(z.enum(KNOWN_SET_IDS)),
  classNames: z.array(z.string()),
  train: z.number(),
  test: z.number(),
  /** Of all training images. */
  mean: channels,
  std: channels,
  remarks: z.array(z.string()),
  bytes: z.number(),
});

/** What is known of a kept set without reading it. */
export type KeptImages = z.infer<typeof keptSchema>;

export class ImageStore implements KeptSets {
  /** @param openFolder rejects where the browser keeps no files. */
  constructor(private readonly openFolder: () => Promise<Folder>) {}

  /** @throws DataError where there is no room or no place for it */
  async keep(set: ImageSet): Promise<KeptImages> {
    const sha256 = await imageSetHash(set);
    const bytes = writeImageSet(set);
    const { title, dataset, classNames, train, test, remarks } = set;
    const kept: KeptImages = {
      ...{ sha256, title, dataset, classNames: [...classNames], remarks: [...remarks] },
      ...normalizationOfImages(train),
      train: train.labels.length,
      test: test.labels.length,
      bytes: bytes.length,
    };
    try {
      const folder = await this.openFolder();
      await folder.write(`${sha256}.images`, bytes);
      // Last, so that a set that was cut off midway is not listed.
      await folder.write(`${sha256}.json`, new TextEncoder().encode(JSON.stringify(kept)));
    } catch (error) {
      const why = isFull(error)
        ? `there is no room for ${Math.ceil(bytes.length / 1e6)} MB; delete images or runs that are kept`
        : `${reasonOf(error)}; private windows of some browsers keep none`;
      throw new DataError('unsupported', `The images can’t be kept in this browser: ${why}.`, {
        cause: error,
      });
    }
    return kept;
  }

  /** In the order of their titles; none where the browser keeps no files. */
  async list(): Promise<KeptImages[]> {
    const found: KeptImages[] = [];
    try {
      const folder = await this.openFolder();
      for (const name of await folder.names()) {
        if (!name.endsWith('.json')) continue;
        const text = new TextDecoder().decode(await folder.read(name));
        const parsed = z.safeParse(keptSchema, JSON.parse(text));
        if (parsed.success) found.push(parsed.data);
      }
    } catch {
      return found;
    }
    return found.sort((a, b) => a.title.localeCompare(b.title));
  }

  async read(sha256: string): Promise<ImageSet | null> {
    let bytes: Uint8Array;
    try {
      bytes = await (await this.openFolder()).read(`${sha256}.images`);
    } catch {
      return null;
    }
    try {
      return readImageSet(bytes);
    } catch (error) {
      throw new DataError(
        'broken',
        `The images kept in this browser are damaged (${reasonOf(error)}). Delete them and give them again.`,
        { cause: error },
      );
    }
  }

  async findKnown(id: KnownSetId): Promise<{ set: ImageSet; sha256: string } | null> {
    const kept = (await this.list()).find(({ dataset }) => dataset === id);
    if (kept === undefined) return null;
    const set = await this.read(kept.sha256);
    return set === null ? null : { set, sha256: kept.sha256 };
  }

  async remove(sha256: string): Promise<void> {
    const folder = await this.openFolder();
    for (const name of [`${sha256}.json`, `${sha256}.images`]) {
      await folder.remove(name).catch(() => undefined);
    }
  }
}
