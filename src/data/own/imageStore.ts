/** Image sets kept in the browser's private file system, by their hash. */
import * as z from 'zod/mini';
import type { Folder } from '../../storage/folder.ts';
import { isFull } from '../../storage/failure.ts';
import { DataError, reasonOf } from '../dataError.ts';
import { KNOWN_SET_IDS, type KnownSetId } from '../knownSets.ts';
import type { ImageSet, KeptSets } from '../types.ts';
import { normalizationOfImages } from './imageSet.ts';
import { imageSetHash, readImageSet, writeImageSet } from './imageSetFile.ts';
import { t } from '../../text/t.ts';

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

/** Sets that can be trained on, and the hashes of those that are damaged. */
export interface KeptListing {
  /** In the order of their titles. */
  readonly kept: readonly KeptImages[];
  readonly damaged: readonly string[];
}

const DESCRIPTION = '.json';
const IMAGES = '.images';

export class ImageStore implements KeptSets {
  /** @param openFolder rejects where the browser keeps no files. */
  constructor(private readonly openFolder: () => Promise<Folder>) {}

  /** @throws DataError where there is no room or no place for it */
  async keep(set: ImageSet): Promise<KeptImages> {
    const sha256 = await imageSetHash(set);
    const bytes = writeImageSet(set);
    const kept = descriptionOf(set, sha256, bytes.length);
    try {
      const folder = await this.openFolder();
      await folder.write(`${sha256}${IMAGES}`, bytes);
      // Last, so that a set that was cut off midway is not listed.
      await folder.write(`${sha256}${DESCRIPTION}`, new TextEncoder().encode(JSON.stringify(kept)));
    } catch (error) {
      // A part of it would only take room.
      await this.remove(sha256).catch(() => undefined);
      const why = isFull(error)
        ? t`there is no room for ${Math.ceil(bytes.length / 1e6)} MB; delete kept images or runs`
        : t`${reasonOf(error)}; private windows of some browsers keep none`;
      throw new DataError('unsupported', t`The images can’t be kept in this browser: ${why}.`, {
        cause: error,
      });
    }
    return kept;
  }

  /** Nothing where the browser keeps no files. One set that can't be read hides no other. */
  async list(): Promise<KeptListing> {
    const kept: KeptImages[] = [];
    const damaged: string[] = [];
    try {
      const folder = await this.openFolder();
      for (const name of await folder.names()) {
        if (!name.endsWith(DESCRIPTION)) continue;
        const sha256 = name.slice(0, -DESCRIPTION.length);
        const description = await this.description(folder, sha256);
        if (description === null) damaged.push(sha256);
        else kept.push(description);
      }
    } catch {
      // It was noted why, and is said once.
    }
    return { kept: kept.sort((a, b) => a.title.localeCompare(b.title)), damaged };
  }

  /** From its file, else from the images themselves; null where neither is intact. */
  private async description(folder: Folder, sha256: string): Promise<KeptImages | null> {
    try {
      const text = new TextDecoder().decode(await folder.read(`${sha256}${DESCRIPTION}`));
      const parsed = z.safeParse(keptSchema, JSON.parse(text));
      if (parsed.success && parsed.data.sha256 === sha256) return parsed.data;
    } catch {
      // Damaged; the images may not be.
    }
    try {
      const bytes = await folder.read(`${sha256}${IMAGES}`);
      return descriptionOf(await intactSet(bytes, sha256), sha256, bytes.length);
    } catch {
      return null;
    }
  }

  /** @throws DataError `broken` where what is kept does not have that hash. */
  async read(sha256: string): Promise<ImageSet | null> {
    let bytes: Uint8Array;
    try {
      bytes = await (await this.openFolder()).read(`${sha256}${IMAGES}`);
    } catch {
      return null;
    }
    try {
      return await intactSet(bytes, sha256);
    } catch (error) {
      const { kept } = await this.list();
      const title = kept.find((set) => set.sha256 === sha256)?.title;
      const which = title === undefined ? t`with the hash ${sha256.slice(0, 8)}…` : `“${title}”`;
      throw new DataError(
        'broken',
        t`The image set ${which} kept in this browser is damaged: ${reasonOf(error)}. Delete it under Images and give its files again.`,
        { cause: error },
      );
    }
  }

  async findKnown(id: KnownSetId): Promise<{ set: ImageSet; sha256: string } | null> {
    const known = (await this.list()).kept.find(({ dataset }) => dataset === id);
    if (known === undefined) return null;
    const set = await this.read(known.sha256);
    return set === null ? null : { set, sha256: known.sha256 };
  }

  async remove(sha256: string): Promise<void> {
    const folder = await this.openFolder();
    for (const name of [`${sha256}${DESCRIPTION}`, `${sha256}${IMAGES}`]) {
      await folder.remove(name).catch(() => undefined);
    }
  }
}

function descriptionOf(set: ImageSet, sha256: string, bytes: number): KeptImages {
  const { title, dataset, classNames, train, test, remarks } = set;
  return {
    ...{ sha256, title, dataset, classNames: [...classNames], remarks: [...remarks] },
    ...normalizationOfImages(train),
    train: train.labels.length,
    test: test.labels.length,
    bytes,
  };
}

/** @throws Error naming the fault */
async function intactSet(bytes: Uint8Array, sha256: string): Promise<ImageSet> {
  const set = readImageSet(bytes);
  if ((await imageSetHash(set)) !== sha256) throw new Error(t`its images have changed`);
  return set;
}
