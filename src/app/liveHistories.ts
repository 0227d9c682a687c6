/** The runs' measurements, which the charts read outside React; the store only counts that there are more of them. */
import type { StoreApi } from 'zustand/vanilla';
import { RunHistory } from '../training/history.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import { replay } from '../training/replay.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { PageState } from './state.ts';

/** Charts are redrawn four times a second at most. */
const FLUSH_MS = 250;
const EMPTY = new RunHistory({ parameterNames: [], activationNames: [] });

export class LiveHistories {
  /** Curves of stored runs that are shown, by their id; the library fills it. */
  readonly stored = new Map<string, RunHistory>();
  #live = new Map<RunId, RunHistory>();
  #throughput: PageState['throughput'] = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly store: StoreApi<PageState>) {}

  /** The history of a live run, or of a stored one by its id; empty before it is there. */
  get(id: RunId): RunHistory {
    return this.#live.get(id) ?? this.stored.get(id) ?? EMPTY;
  }

  get hasSteps(): boolean {
    return [...this.#live.values()].some(({ latest }) => latest !== null);
  }

  /** Metrics arrive often and are drawn later; everything else at once. @returns whether a history has changed. */
  replay(event: TrainingEvent): boolean {
    if (event.type === 'resumed') this.#live.clear();
    if (!replay(event, this.#live)) return false;
    if (event.type === 'metrics') {
      this.#throughput = { imagesPerSecond: event.imagesPerSecond, stepMs: event.stepMs };
      this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    } else this.flush();
    return true;
  }

  clear(id: RunId): void {
    this.#live.get(id)?.clear();
  }

  forget(id: RunId): void {
    this.#live.delete(id);
    this.flush();
  }

  /** @returns brings them back. */
  forgetAll(): () => void {
    const before = this.#live;
    this.#live = new Map();
    this.#throughput = null;
    return () => {
      this.#live = before;
      this.flush();
    };
  }

  stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Has the charts drawn again. */
  flush(): void {
    this.stopTimer();
    const done = [...this.#live.values()].map(({ latest }) => (latest ? latest.step + 1 : 0));
    this.store.setState(({ version }) => ({
      version: version + 1,
      throughput: this.#throughput,
      stepsDone: Math.max(0, ...done),
    }));
  }
}
