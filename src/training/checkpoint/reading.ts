/** Finds the checkpoint of a training among the generations that are kept of it. */
import { type Checkpoint, CheckpointError, type Unreadable } from './checkpoint.ts';
import { readCheckpoint, readUnsealed } from './read.ts';
import { readSlot } from './slot.ts';

// What reads is fetched as one part.
export { readCheckpoint };

interface Whole {
  readonly kind: 'whole';
  readonly checkpoint: Checkpoint;
  readonly bytes: number;
  /** Which of the slots, and its number. */
  readonly index: number;
  readonly sequence: number;
  /** Why another generation can't be used; null: nothing is wrong. */
  readonly damaged: string | null;
}

export type Reading = Whole | Unreadable;

type Generation = Pick<Whole, 'index' | 'sequence'> & { readonly file: Uint8Array<ArrayBuffer> };

/** What two slots hold, by their contents; null: nothing was ever written to them. */
export function readSlots(slots: readonly Uint8Array<ArrayBuffer>[]): Promise<Reading | null> {
  const generations: Generation[] = [];
  const faults: CheckpointError[] = [];
  for (const [index, slot] of slots.entries()) {
    if (slot.length === 0) continue;
    try {
      generations.push({ index, ...readSlot(slot) });
    } catch (error) {
      faults.push(refusal(error));
    }
  }
  generations.sort((a, b) => b.sequence - a.sequence);
  return newestOf(generations, faults, async (file) => readUnsealed(file));
}

/** The same for files with checksums of their own, newest first. */
export const readSealed = (files: readonly Uint8Array<ArrayBuffer>[]): Promise<Reading | null> =>
  newestOf(
    files.map((file, index) => ({ index, sequence: 0, file })),
    [],
    readCheckpoint,
  );

/** The first that can be read, unless a newer version of the page has written one of them. */
async function newestOf(
  generations: readonly Generation[],
  faults: CheckpointError[],
  read: (file: Uint8Array<ArrayBuffer>) => Promise<Checkpoint>,
): Promise<Reading | null> {
  let whole: Omit<Whole, 'damaged'> | null = null;
  for (const { index, sequence, file } of generations) {
    try {
      const checkpoint = await read(file);
      whole = { kind: 'whole', checkpoint, bytes: file.length, index, sequence };
      break;
    } catch (error) {
      faults.push(refusal(error));
    }
  }
  const fault = faults.find(({ kind }) => kind === 'newer') ?? faults[0];
  if (whole !== null && fault?.kind !== 'newer')
    return { ...whole, damaged: fault?.message ?? null };
  return fault === undefined ? null : { kind: fault.kind, reason: fault.message };
}

/** @throws `error` itself where it is no refusal. */
function refusal(error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  throw error;
}
