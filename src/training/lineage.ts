/**
 * Writes the checkpoints of one training, the lineage. It is given checkpoints and writes them to its own slots, however
 * late, so none can end up as another training's.
 */
import type { NetworkState } from '../engine/api.ts';
import { isFull } from '../storage/failure.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { Slots } from './checkpoint/slots.ts';
import { unsealedCheckpoint } from './checkpoint/write.ts';

interface Written {
  readonly checkpoint: Checkpoint;
  readonly bytes: number;
  /** Milliseconds during which nothing else could be done. */
  readonly costMs: number;
}

interface LineageDeps {
  /** Slots of this name, for this page alone. */
  readonly open: (id: string) => Promise<Slots>;
  readonly onWritten: (lineage: Lineage, written: Written) => void;
  readonly onFailure: (error: unknown) => void;
}

export class Lineage {
  private waiting: Checkpoint | null = null;
  private opening: Promise<void> | null = null;
  private savedKey = '';
  private savedStates: readonly WeakRef<NetworkState>[] = [];
  private isReleased = false;
  private isKept: boolean;
  private hasSteps: boolean;

  /** @param slots with its checkpoints; null: there are none, and the slots are opened when they are needed. */
  constructor(
    readonly id: string,
    private slots: Slots | null,
    private readonly deps: LineageDeps,
  ) {
    this.isKept = slots !== null;
    this.hasSteps = slots !== null;
  }

  /** Whether it has a checkpoint with steps, or is about to: one of imported weights alone is soon made again. */
  get isBegun(): boolean {
    return this.hasSteps && (this.isKept || this.waiting !== null);
  }

  /** Whether the checkpoint that was saved last is written, once it is or has failed. */
  async isSaved(): Promise<boolean> {
    await this.opening;
    return this.savedKey !== '';
  }

  /** Opens the slots, so that the first checkpoint, too, is written at once. Never rejects. */
  async prepare(): Promise<void> {
    if (this.slots === null) this.opening ??= this.open();
    await this.opening;
  }

  /**
   * Writes a checkpoint, unless it is the one before: before it returns if the slots are open, otherwise once they are.
   * Of several that wait, only the last.
   */
  save(checkpoint: Checkpoint): void {
    const key = keyOf(checkpoint);
    const states = checkpoint.runs.map(({ state }) => state);
    // A run that was restarted may be at the same step with other weights.
    const isSame = states.every((state, i) => state === this.savedStates[i]?.deref());
    if (key === this.savedKey && isSame) return;
    this.hasSteps ||= checkpoint.runs.some(({ step }) => step > 0);
    this.savedKey = key;
    this.savedStates = states.map((state) => new WeakRef(state));
    this.waiting = checkpoint;
    if (this.slots !== null) this.write(this.slots);
    else this.opening ??= this.open();
  }

  /** Lets other pages have its checkpoints, once what waits is written. */
  async release(): Promise<void> {
    this.isReleased = true;
    await this.opening;
    this.slots?.release();
    this.slots = null;
  }

  /** Deletes its checkpoints. */
  async remove(): Promise<void> {
    this.isReleased = true;
    this.waiting = null;
    await this.opening;
    const { slots } = this;
    this.slots = null;
    await slots?.remove();
  }

  private async open(): Promise<void> {
    try {
      this.slots = await this.deps.open(this.id);
      this.write(this.slots);
    } catch (error) {
      this.fail(error);
    }
    this.opening = null;
  }

  private write(slots: Slots): void {
    const { waiting: checkpoint } = this;
    this.waiting = null;
    if (checkpoint === null) return;
    const startMs = performance.now();
    try {
      const file = unsealedCheckpoint(checkpoint);
      slots.write(file);
      this.isKept = true;
      const costMs = performance.now() - startMs;
      this.deps.onWritten(this, { checkpoint, bytes: file.length, costMs });
    } catch (error) {
      this.fail(error);
      if (isFull(error)) return;
      // The browser may have closed the files, as when someone deletes the page's data.
      this.slots = null;
      slots.release();
    }
  }

  /** The next checkpoint is written even if it is the same. */
  private fail(error: unknown): void {
    this.savedKey = '';
    if (!this.isReleased) this.deps.onFailure(error);
  }
}

/** Everything in a checkpoint that can change while weights and steps stay the same. */
const keyOf = ({ runs }: Checkpoint): string =>
  JSON.stringify(
    runs.map(({ startId, name, colourIndex, config, status, step, marks, lastTest, imported }) => [
      ...[startId, name, colourIndex, config, status, step, marks, lastTest],
      imported?.source,
    ]),
  );
