/**
 * Keeps checkpoints in the browser during training, and finds those that are left. A training belongs to the page that
 * has its files open: no other can take or delete it, and it is free as soon as that page is gone, even by a crash. A
 * failure is reported once, and training continues.
 */
import { ChunkError } from '../chunk.ts';
import { reasonOf, sentence } from '../data/dataError.ts';
import { type Folder, isMissing } from '../storage/folder.ts';
import { isFull } from '../storage/failure.ts';
import type { Checkpoint, Unreadable } from './checkpoint/checkpoint.ts';
import type { Reading } from './checkpoint/reading.ts';
import type { Slots } from './checkpoint/slots.ts';
import { CheckpointStore, type KeptTraining } from './checkpoint/store.ts';
import { Lineage } from './lineage.ts';
import { mayPageLive } from './pageLock.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { t } from '../text/t.ts';

/** Between two checkpoints. With the age of a snapshot it makes less than 5 seconds. */
const PERIOD_MS = 3000;
/** The longest; with the age of a snapshot, at most 10 s, it makes 30 s. */
const MAX_PERIOD_MS = 20_000;
/** Writing may take this share of the time; larger nets are kept less often, up to `MAX_PERIOD_MS`. */
const TIME_SHARE = 0.025;
/** Bytes written per millisecond over a long training: 4 MB a second, 14 GB an hour. Only nets above 80 MB exceed it. */
const MEAN_RATE = 4000;

/** Training does not wait longer for the files. */
const PREPARE_MS = 1000;
/** A page that was reloaded still has its files for a moment. */
const PATIENCE_MS = 5000;
/** On a busy machine the worker of a page that is gone has been seen to keep them longer. */
const LONG_PATIENCE_MS = 60_000;
const RETRY_MS = 50;
/** A training changed so short ago that is free may only be between two visits of a page that is being reloaded. */
const RECENT_MS = 10_000;
const RELOAD_MS = 2500;
/** Trainings that no page has, newest first. */
const MAX_LEFT = 4;

/** Held by pages of earlier versions as long as they live; their files tell nothing. */
const EARLIER_LOCK = 'checkpoints';

const SAVE_YOURSELF = t`Training goes on. To keep it, save a checkpoint as a file before you close the page.`;

export interface KeeperDeps {
  /** @throws where the browser keeps no files. */
  readonly folder: () => Promise<Folder>;
  /** Undefined where the browser has none. */
  readonly locks?: Pick<LockManager, 'request'> | undefined;
  readonly delay?: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
}

type Found = Extract<TrainingEvent, { type: 'checkpointFound' }>;

const NOTHING_FOUND: Found = { type: 'checkpointFound', offer: null, own: null, unreadable: [] };

interface Offered {
  readonly training: KeptTraining;
  /** Null: it is not this page's until it is resumed. */
  readonly slots: Slots | null;
}

const newLineageId = (): string =>
  `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

export class CheckpointKeeper {
  private current: Lineage;
  /** The training before, to fall back on. */
  private previous: Lineage | null = null;
  private offered: Offered | null = null;
  private store: Promise<CheckpointStore> | null = null;
  /** Files of an earlier version of the page, once resumed from; deleted when there is a checkpoint that follows. */
  private superseded: KeptTraining | null = null;
  private keptAtMs = Number.NEGATIVE_INFINITY;
  private periodMs = PERIOD_MS;
  private costMs = 0;
  private told = '';
  private readonly delay: (ms: number) => Promise<void>;
  private readonly nowMs: () => number;

  constructor(
    private readonly deps: KeeperDeps,
    private readonly emit: (event: TrainingEvent) => void,
  ) {
    this.delay = deps.delay ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.nowMs = deps.nowMs ?? Date.now;
    this.current = this.lineage(newLineageId(), null);
  }

  /**
   * Offers the checkpoint of this page's own training, or else the newest that nobody has.
   * @param own the training that the page had before it was reloaded; null: none.
   */
  async offer(own: string | null = null): Promise<void> {
    this.emit({ type: 'trainingBegun', lineage: this.current.id });
    let found: Found = NOTHING_FOUND;
    try {
      if (own !== null) {
        // A busy browser's storage may answer too late once.
        found = await this.findOwn(own).catch(() => this.findOwn(own));
        this.emit(found);
      }
      if (found.offer === null) this.emit(await this.findOther(found.unreadable));
    } catch {
      // The user is told when the first checkpoint can't be kept.
      this.emit({ ...NOTHING_FOUND, own: own === null ? null : 'missing' });
    }
  }

  /** What was offered, from now on this page's; `elsewhere`: another page has taken it; null: it is gone. */
  async take(): Promise<Checkpoint | 'elsewhere' | null> {
    const { offered } = this;
    if (offered === null) return null;
    const { training } = offered;
    const store = await this.opened();
    const slots = offered.slots ?? (training.isSealed ? null : await this.claim(training.lineage));
    if (slots === null && !training.isSealed) return 'elsewhere';
    this.offered = { training, slots };
    const reading = slots === null ? await store.read(training) : await slots.read();
    return reading?.kind === 'whole' ? reading.checkpoint : null;
  }

  /** Offers the newest training that nobody has, in place of the one that was offered. */
  async offerAnother(): Promise<void> {
    this.offered?.slots?.release();
    this.emit(await this.findOther([]));
  }

  /** The offered checkpoint has been resumed. */
  taken(): void {
    const { offered } = this;
    this.offered = null;
    if (offered === null) return;
    const { training, slots } = offered;
    if (slots === null) {
      this.superseded = training;
      this.follow(this.lineage(newLineageId(), null));
    } else this.follow(this.lineage(training.lineage, slots));
    this.emit(NOTHING_FOUND);
  }

  /** Deletes what is kept of a training, and offers the newest one left. */
  async discard(lineage: string): Promise<void> {
    try {
      const store = await this.opened();
      this.offered?.slots?.release();
      this.offered = null;
      const kept = (await store.trainings()).find((training) => training.lineage === lineage);
      if (kept !== undefined) await store.remove(kept);
      this.emit(await this.findOther([]));
    } catch (error) {
      this.tell(t`The checkpoint can’t be deleted: ${reasonOf(error)}.`);
    }
  }

  /** Another training begins; the checkpoint of the one before stays to fall back on. */
  begin(): void {
    this.follow(this.lineage(newLineageId(), null));
  }

  /** To be waited for before the first step: opening files takes turns that a processor in training does not leave. */
  async prepare(): Promise<void> {
    await Promise.race([this.current.prepare(), this.delay(PREPARE_MS)]);
  }

  /** Whether it is time for a checkpoint, which may be taken whenever it suits. */
  isDue(nowMs: number): boolean {
    return nowMs - this.keptAtMs >= this.periodMs;
  }

  /** Writes it: at once, but for the first checkpoint of a training. */
  save(checkpoint: Checkpoint): void {
    this.keptAtMs = performance.now();
    this.current.save(checkpoint);
  }

  /** Whether the checkpoint that was saved last is written. */
  isSaved(): Promise<boolean> {
    return this.current.isSaved();
  }

  private lineage(id: string, slots: Slots | null): Lineage {
    return new Lineage(id, slots, {
      open: (lineage) => this.openSlots(lineage),
      onWritten: (lineage, { checkpoint, bytes, costMs }) => {
        this.told = '';
        const { savedAtMs, runs } = checkpoint;
        const step = Math.max(...runs.map((run) => run.step));
        this.emit({ type: 'checkpointKept', lineage: lineage.id, savedAtMs, step, bytes });
        if (lineage !== this.current) return;
        // Other programs can make one of them seem expensive.
        this.periodMs = periodOf(bytes, Math.min(costMs, this.costMs));
        this.costMs = costMs;
        void this.removeSuperseded();
      },
      onFailure: (error) => this.tell(messageOf(error)),
    });
  }

  /** Goes on with another lineage. Of those before it one is kept. */
  private follow(lineage: Lineage): void {
    const { current, previous } = this;
    this.current = lineage;
    const quietly = (work: Promise<void> | undefined) => void work?.catch(() => undefined);
    if (current.isBegun) {
      quietly(previous?.remove());
      this.previous = current;
    } else quietly(current.remove());
    this.emit({ type: 'trainingBegun', lineage: lineage.id });
  }

  private async openSlots(lineage: string): Promise<Slots> {
    const store = await this.opened();
    const slots = await store.claim(lineage, true);
    if (slots === null) throw new Error(t`another page has the files`);
    void this.prune().catch(() => undefined);
    return slots;
  }

  /** Deletes the oldest trainings that nobody has, beyond those that are kept, and those of no step. */
  private async prune(): Promise<void> {
    const store = await this.opened();
    const left = await this.left();
    const kept = left.filter(({ bytes }) => bytes > 0).slice(0, MAX_LEFT);
    const isOld = ({ modifiedMs }: KeptTraining) => this.nowMs() - modifiedMs > RECENT_MS;
    for (const training of left) {
      if (!kept.includes(training) && isOld(training)) await store.remove(training);
    }
  }

  private async removeSuperseded(): Promise<void> {
    const { superseded } = this;
    this.superseded = null;
    if (superseded === null) return;
    const store = await this.opened();
    await store.remove(superseded).catch(() => undefined);
  }

  /** Trainings that no page has, newest first. */
  private async left(): Promise<KeptTraining[]> {
    const store = await this.opened();
    const trainings = (await store.trainings()).filter(
      (training) =>
        training.lineage !== this.superseded?.lineage &&
        training.lineage !== this.offered?.training.lineage,
    );
    const areFree = await Promise.all(trainings.map((training) => this.isFree(training)));
    return trainings.filter((_, i) => areFree[i]);
  }

  private async isFree(training: KeptTraining): Promise<boolean> {
    const { isSealed, modifiedMs } = training;
    if (!isSealed) return (await this.opened()).isFree(training);
    const { locks } = this.deps;
    const isOld = this.nowMs() - modifiedMs > RECENT_MS;
    if (locks === undefined) return isOld;
    const request = locks.request(EARLIER_LOCK, { ifAvailable: true }, (lock) => lock !== null);
    return Promise.resolve(request).catch(() => isOld);
  }

  /** The page's own training: made its own again, if it can be read. */
  private async findOwn(lineage: string): Promise<Found> {
    const missing: Found = { ...NOTHING_FOUND, own: 'missing' };
    const store = await this.opened();
    const training = (await store.trainings()).find((kept) => kept.lineage === lineage);
    if (training === undefined) return missing;
    let slots: Slots | null = null;
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      if (training.isSealed && (await this.isFree(training))) break;
      slots = training.isSealed ? null : await this.claim(lineage);
      if (slots !== null) break;
      const isLong = waitedMs >= LONG_PATIENCE_MS;
      if (isLong || (waitedMs >= PATIENCE_MS && (await mayPageLive(this.deps.locks, lineage))))
        return { ...missing, own: 'elsewhere' };
      await this.delay(RETRY_MS);
    }
    const reading = await this.readOf(training, slots);
    if (reading?.kind === 'whole') {
      this.offered = { training, slots };
      return { ...missing, offer: offerOf(training, reading), own: null };
    }
    slots?.release();
    if (reading === null) return missing;
    return { ...missing, own: 'unreadable', unreadable: [{ lineage, ...reading }] };
  }

  /** The newest training that nobody has and that can be read. @param known those that can't be. */
  private async findOther(known: Found['unreadable']): Promise<Found> {
    this.offered = null;
    let left = await this.left();
    if (left.some(({ modifiedMs }) => Math.abs(this.nowMs() - modifiedMs) < RECENT_MS)) {
      await this.delay(RELOAD_MS);
      left = await this.left();
    }
    const unreadable = [...known];
    const found: Found = { ...NOTHING_FOUND, unreadable };
    for (const training of left) {
      const { lineage } = training;
      if (unreadable.some((one) => one.lineage === lineage)) continue;
      const reading = await this.readOf(training, null);
      if (reading?.kind === 'whole') {
        this.offered = { training, slots: null };
        return { ...found, offer: offerOf(training, reading) };
      }
      if (reading !== null) unreadable.push({ lineage, ...reading });
    }
    return found;
  }

  /** One that can't be read hides no other. @param slots where they are this page's. */
  private async readOf(training: KeptTraining, slots: Slots | null): Promise<Reading | null> {
    try {
      return await (slots === null ? (await this.opened()).read(training) : slots.read());
    } catch (error) {
      if (isMissing(error)) return null;
      const kind = error instanceof ChunkError ? 'missing' : 'broken';
      const unreadable: Unreadable = { kind, reason: sentence(reasonOf(error)) };
      return unreadable;
    }
  }

  private async claim(lineage: string): Promise<Slots | null> {
    const store = await this.opened();
    return store.claim(lineage, false);
  }

  /** Tried again after a failure. */
  private opened(): Promise<CheckpointStore> {
    this.store ??= this.deps.folder().then((folder) => new CheckpointStore(folder));
    this.store.catch(() => {
      this.store = null;
    });
    return this.store;
  }

  private tell(message: string): void {
    if (message === this.told) return;
    this.told = message;
    this.emit({ type: 'checkpointFailed', task: 'keep', message });
  }
}

/** Milliseconds from one checkpoint to the next. */
const periodOf = (bytes: number, costMs: number): number =>
  Math.min(MAX_PERIOD_MS, Math.max(PERIOD_MS, costMs / TIME_SHARE, bytes / MEAN_RATE));

function offerOf(
  { lineage }: KeptTraining,
  { checkpoint, bytes, damaged }: Extract<Reading, { kind: 'whole' }>,
) {
  const { savedAtMs, runs } = checkpoint;
  const title = runs.map(({ name, step, config }) => {
    return { name, step, steps: config.training.steps };
  });
  return { lineage, savedAtMs, bytes, damaged, runs: title };
}

function messageOf(error: unknown): string {
  if (isFull(error)) {
    return t`This browser has no room left for a checkpoint. ${SAVE_YOURSELF}`;
  }
  return t`This browser keeps no checkpoints: ${reasonOf(error)}. ${SAVE_YOURSELF}`;
}
