/**
 * Checkpoint files, kept in generations. Each is written under a new name and carries its own checksum, so a file
 * exists as a checkpoint only once its last byte is there: if writing breaks off, the one before it is still good.
 *
 * A name says in which order files were written and which training they belong to: `000042-1763788923123.safetensors`.
 */

import type { Folder } from '../../storage/folder.ts';
import { isFull } from '../../storage/failure.ts';
import { type Checkpoint, CheckpointError } from './checkpoint.ts';

/** Files kept of the present training. One is kept of the training before it, which may have been left by mistake. */
const GENERATIONS = 2;

const NAME = /^(\d{6,15})-(\d{1,16})\.safetensors$/;

interface Entry {
  readonly name: string;
  readonly sequence: number;
  /** Names a training: all files with the same one are generations of each other. */
  readonly lineage: number;
}

export interface Stored {
  readonly checkpoint: Checkpoint;
  readonly lineage: number;
  readonly bytes: number;
  /** Why newer files were passed over; empty as a rule. */
  readonly damaged: readonly string[];
}

export class CheckpointStore {
  constructor(
    private readonly folder: Folder,
    private readonly read: (bytes: Uint8Array) => Promise<Checkpoint>,
  ) {}

  /**
   * The newest checkpoint that is whole, of the trainings wanted; files that were cut off or damaged are deleted on the
   * way. Null: none.
   */
  async newest(wanted: (lineage: number) => boolean = () => true): Promise<Stored | null> {
    const damaged: string[] = [];
    for (const { name, lineage } of await this.entries()) {
      if (!wanted(lineage)) continue;
      const bytes = await this.folder.read(name);
      try {
        const checkpoint = await this.read(bytes);
        return { checkpoint, lineage, bytes: bytes.length, damaged };
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        damaged.push(error.message);
        // One that is whole may be for another version of this program.
        if (error.kind === 'broken') await this.folder.remove(name);
      }
    }
    return null;
  }

  /**
   * Writes a new generation of `lineage`, then deletes what is superseded. Where the disk is full, older generations
   * make room first.
   * @throws DOMException `QuotaExceededError` when it is too full nevertheless; older files are then as they were.
   */
  async write(lineage: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const entries = await this.entries();
    const sequence = (entries[0]?.sequence ?? 0) + 1;
    const name = `${`${sequence}`.padStart(6, '0')}-${lineage}.safetensors`;
    try {
      await this.attempt(name, bytes);
    } catch (error) {
      const [, ...older] = entries.filter((entry) => entry.lineage === lineage);
      if (!isFull(error) || older.length === 0) throw error;
      await this.remove(older);
      await this.attempt(name, bytes);
    }
    await this.prune(lineage);
  }

  /** Deletes every generation of a training. */
  async discard(lineage: number): Promise<void> {
    await this.remove((await this.entries()).filter((entry) => entry.lineage === lineage));
  }

  private async attempt(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await this.folder.write(name, bytes);
    } catch (error) {
      await this.folder.remove(name).catch(() => undefined);
      throw error;
    }
  }

  private async prune(lineage: number): Promise<void> {
    const entries = await this.entries();
    const own = entries.filter((entry) => entry.lineage === lineage);
    const others = entries.filter((entry) => entry.lineage !== lineage);
    await this.remove([...own.slice(GENERATIONS), ...others.slice(1)]);
  }

  private async remove(entries: readonly Entry[]): Promise<void> {
    for (const { name } of entries) await this.folder.remove(name);
  }

  /** Newest first. */
  private async entries(): Promise<Entry[]> {
    const entries = (await this.folder.names()).flatMap((name) => {
      const [, sequence, lineage] = NAME.exec(name) ?? [];
      if (sequence === undefined || lineage === undefined) return [];
      return [{ name, sequence: Number(sequence), lineage: Number(lineage) }];
    });
    return entries.sort((a, b) => b.sequence - a.sequence);
  }
}
