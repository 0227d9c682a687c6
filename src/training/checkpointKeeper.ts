/**
 * Keeps checkpoints in the browser during training, and finds those of an earlier visit. Nothing here holds
 * training up: a checkpoint is copied when it is taken, and written while further steps run. A failure is reported
 * once, and training continues.
 */
import { loadChunk } from '../chunk.ts';
import { reasonOf } from '../data/dataError.ts';
import type { NetworkState } from '../engine/api.ts';
import type { Folder } from '../storage/folder.ts';
import { isFull } from '../storage/failure.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { CheckpointStore, type Stored } from './checkpoint/store.ts';
import { writeCheckpoint } from './checkpoint/write.ts';
import { ExclusiveLock } from './exclusiveLock.ts';
import type { TrainingEvent } from './protocol.ts';

/** Between two checkpoints, so that a page that is reloaded loses little. */
const PERIOD_MS = 10_000;
/** Writing may take this share of the time; large nets are then kept less often. */
const TIME_SHARE = 0.05;
/** Bytes written per millisecond over a long training: 1 MB a second, which wears out no disk. */
const MEAN_RATE = 1000;

const SAVE_YOURSELF =
  'Training goes on. To keep it, save a checkpoint as a file before you close the page.';

export interface KeeperDeps {
  /** @throws where the browser keeps no files. */
  readonly folder: () => Promise<Folder>;
  /** Undefined where no other page can use the same files. */
  readonly locks?: Pick<LockManager, 'request'> | undefined;
}

interface Waiting {
  readonly checkpoint: Checkpoint;
  readonly lineage: number;
}

export class CheckpointKeeper {
  /** Names the training under way. */
  private lineage = Date.now();
  private offered: number | null = null;
  private store: Promise<CheckpointStore> | null = null;
  private next: Waiting | null = null;
  private work: Promise<void> | null = null;
  private savedKey = '';
  private savedStates: readonly WeakRef<NetworkState>[] = [];
  private startedMs = Number.NEGATIVE_INFINITY;
  private costMs = 0;
  /** The size of the last file. */
  private bytes = 0;
  private told = '';
  private readonly lock: ExclusiveLock;

  constructor(
    private readonly deps: KeeperDeps,
    private readonly emit: (event: TrainingEvent) => void,
  ) {
    this.lock = new ExclusiveLock(deps.locks, 'checkpoints');
  }

  /** Offers the newest checkpoint of an earlier visit, if there is one and no other page uses it. */
  async offer(): Promise<void> {
    try {
      const stored = (await this.lock.hold()) ? await this.newestOther() : null;
      this.offered = stored?.lineage ?? null;
      this.emit({ type: 'checkpointFound', offer: stored === null ? null : offerOf(stored) });
    } catch {
      // The user is told when the first checkpoint can't be kept.
      this.emit({ type: 'checkpointFound', offer: null });
    }
  }

  /** What was offered; null when it is gone. */
  async take(): Promise<Checkpoint | null> {
    const { offered } = this;
    const store = await this.opened();
    const stored = await store.newest((lineage) => lineage === offered);
    if (stored === null) return null;
    return stored.checkpoint;
  }

  /** The offered checkpoint has been resumed. */
  taken(): void {
    this.lineage = this.offered ?? this.lineage;
    this.offered = null;
    this.savedKey = '';
    this.emit({ type: 'checkpointFound', offer: null });
  }

  /** Deletes the offered checkpoint and offers the newest one left. */
  async discard(): Promise<void> {
    const { offered } = this;
    if (offered === null) return;
    try {
      await (await this.opened()).discard(offered);
    } catch (error) {
      this.tell(`The checkpoint can’t be deleted: ${reasonOf(error)}.`);
      return;
    }
    await this.offer();
  }

  /** Another training begins; the checkpoint of the one before stays to fall back on. */
  begin(): void {
    this.lineage = Math.max(this.lineage + 1, Date.now());
    this.savedKey = '';
  }

  /** Whether it is time for a checkpoint, which may be taken whenever it suits. */
  isDue(nowMs: number): boolean {
    const sinceMs = nowMs - this.startedMs;
    const periodMs = Math.max(PERIOD_MS, this.costMs / TIME_SHARE, this.bytes / MEAN_RATE);
    return this.work === null && sinceMs >= periodMs;
  }

  /** Writes it once the one before it is written; of several that wait, only the last. Returns at once. */
  save(checkpoint: Checkpoint): void {
    const key = keyOf(checkpoint);
    const states = checkpoint.runs.map(({ state }) => state);
    // A run that was restarted may be at the same step with other weights.
    const isSame = states.every((state, i) => state === this.savedStates[i]?.deref());
    if (key === this.savedKey && isSame) return;
    this.savedKey = key;
    this.savedStates = states.map((state) => new WeakRef(state));
    this.next = { checkpoint, lineage: this.lineage };
    this.work ??= this.writeAll().finally(() => {
      this.work = null;
    });
  }

  private async writeAll(): Promise<void> {
    for (let next = this.next; next !== null; next = this.next) {
      this.next = null;
      this.startedMs = performance.now();
      await this.write(next).catch((error: unknown) => this.tell(messageOf(error)));
      if (this.told !== '') this.savedKey = '';
      this.costMs = performance.now() - this.startedMs;
    }
  }

  private async write({ checkpoint, lineage }: Waiting): Promise<void> {
    const store = await this.opened();
    if (!(await this.lock.hold())) {
      this.tell(
        `Another page keeps its checkpoints in this browser, so this page can’t keep its own. ${SAVE_YOURSELF}`,
      );
      return;
    }
    const file = await writeCheckpoint(checkpoint);
    await store.write(lineage, file);
    this.told = '';
    const { savedAtMs, runs } = checkpoint;
    const step = Math.max(...runs.map((run) => run.step));
    this.bytes = file.length;
    this.emit({ type: 'checkpointKept', lineage, savedAtMs, step, bytes: file.length });
  }

  private async newestOther(): Promise<Stored | null> {
    const store = await this.opened();
    return store.newest((lineage) => lineage !== this.lineage);
  }

  /** Tried again after a failure. */
  private opened(): Promise<CheckpointStore> {
    this.store ??= this.open();
    this.store.catch(() => {
      this.store = null;
    });
    return this.store;
  }

  private async open(): Promise<CheckpointStore> {
    const folder = await this.deps.folder();
    return new CheckpointStore(folder, async (bytes) => {
      const { readCheckpoint } = await loadChunk(() => import('./checkpoint/read.ts'));
      return readCheckpoint(bytes);
    });
  }

  private tell(message: string): void {
    if (message === this.told) return;
    this.told = message;
    this.emit({ type: 'checkpointFailed', task: 'keep', message });
  }
}

/** Everything in a checkpoint that can change while weights and steps stay the same. */
const keyOf = ({ runs }: Checkpoint): string =>
  JSON.stringify(
    runs.map(({ name, colourIndex, config, status, step, marks, lastTest, imported }) => [
      ...[name, colourIndex, config, status, step, marks, lastTest],
      imported?.source,
    ]),
  );

function offerOf({ checkpoint, lineage, bytes, damaged }: Stored) {
  const { savedAtMs, runs } = checkpoint;
  return {
    lineage,
    savedAtMs,
    bytes,
    damaged: damaged[0] ?? null,
    runs: runs.map(({ name, step, config }) => ({ name, step, steps: config.training.steps })),
  };
}

function messageOf(error: unknown): string {
  if (isFull(error)) {
    return `This browser has no room left for a checkpoint. ${SAVE_YOURSELF}`;
  }
  return `This browser keeps no checkpoints: ${reasonOf(error)}. ${SAVE_YOURSELF}`;
}
