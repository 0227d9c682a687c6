/**
 * The checkpoints in this browser, of all pages' trainings. A training has two slots (`slots.ts`). Earlier versions of the
 * page wrote a file a generation instead, `000042-1763788923123.safetensors`, which are still read and deleted.
 */
import type { Folder } from '../../storage/folder.ts';
import { loadReading } from './loadReading.ts';
import type { Reading } from './reading.ts';
import { Slots } from './slots.ts';

const SLOT = /^([a-z0-9-]{1,40})\.([01])\.slot$/;
const SEALED = /^(\d{6,15})-(\d{1,16})\.safetensors$/;

export interface KeptTraining {
  readonly lineage: string;
  /** Slots in their order, or sealed files, newest first. */
  readonly names: readonly string[];
  readonly isSealed: boolean;
  /** Of all files together; 0: the page was closed before the first checkpoint. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

const UNKNOWN = { bytes: Number.POSITIVE_INFINITY, modifiedMs: 0 };

interface Entry {
  readonly name: string;
  readonly lineage: string;
  readonly isSealed: boolean;
  /** Orders a training's files. */
  readonly place: number;
}

export class CheckpointStore {
  constructor(private readonly folder: Folder) {}

  /** Every training of which something is kept, newest first. */
  async trainings(): Promise<KeptTraining[]> {
    const byLineage = new Map<string, Entry[]>();
    for (const entry of (await this.folder.names()).flatMap(entryOf)) {
      byLineage.set(entry.lineage, [...(byLineage.get(entry.lineage) ?? []), entry]);
    }
    const trainings = await Promise.all(
      [...byLineage].map(async ([lineage, entries]) => {
        const names = entries.sort((a, b) => a.place - b.place).map(({ name }) => name);
        const isSealed = entries.some((entry) => entry.isSealed);
        return { lineage, names, isSealed, ...(await this.sizeAndTime(names)) };
      }),
    );
    return trainings.sort((a, b) => b.modifiedMs - a.modifiedMs);
  }

  /** What is kept of a training that nobody has; null: nothing. */
  async read({ names, isSealed }: KeptTraining): Promise<Reading | null> {
    const { readSealed, readSlots } = await loadReading();
    const files = await Promise.all(names.map((name) => this.folder.read(name)));
    return isSealed ? readSealed(files) : readSlots(files);
  }

  /** A training's slots for this page alone; null where another page has them. @throws DOMException `NotFoundError` */
  claim(lineage: string, creates: boolean): Promise<Slots | null> {
    return Slots.claim(this.folder, lineage, creates);
  }

  /** Whether no page has the training's slots. */
  async isFree({ names: [first = ''] }: KeptTraining): Promise<boolean> {
    try {
      (await this.folder.open(first, false)).close();
      return true;
    } catch {
      return false;
    }
  }

  /** Deletes a training; files that a page has open stay. */
  async remove({ names }: KeptTraining): Promise<void> {
    // The first slot is the one that is claimed.
    for (const name of names.toReversed()) await this.folder.remove(name);
  }

  /** What is not known of a file is no reason to delete it. */
  private async sizeAndTime(names: readonly string[]) {
    const files = await Promise.all(
      names.map((name) => this.folder.stat(name).catch(() => UNKNOWN)),
    );
    return {
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      modifiedMs: Math.max(0, ...files.map(({ modifiedMs }) => modifiedMs)),
    };
  }
}

function entryOf(name: string): Entry[] {
  const [, lineage, index] = SLOT.exec(name) ?? [];
  if (lineage !== undefined) return [{ name, lineage, isSealed: false, place: Number(index) }];
  const [, sequence, training] = SEALED.exec(name) ?? [];
  if (training === undefined) return [];
  return [{ name, lineage: training, isSealed: true, place: -Number(sequence) }];
}
