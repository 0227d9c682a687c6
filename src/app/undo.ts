/**
 * Takes back what lost runs their weights: a run that was removed, all runs that were started again. Until then their
 * files, taken just before, are in memory; only the last such deed can be undone.
 */
import type { StoreApi } from 'zustand/vanilla';
import { MAX_RUNS } from '../training/protocol.ts';
import type { RunId } from '../training/runIdentity.ts';
import type { PageState, RunView } from './state.ts';

/** The parts of the page's session that are needed. */
interface Page {
  readonly store: StoreApi<PageState>;
  /** The run as of now; null where it has made no step. */
  runFile(id: RunId): Promise<ArrayBuffer | null>;
  /** Stores a run in the library, if it is worth it. */
  storeRun(id: RunId): void;
  /** Tells the worker which runs there are, and where some of them go on. */
  syncRuns(from: ReadonlyMap<RunId, ArrayBuffer>): void;
}

interface Kept {
  readonly key: number;
  readonly runs: readonly {
    readonly run: RunView;
    /** Its place among the runs. */
    readonly index: number;
    readonly file: Promise<ArrayBuffer | null>;
  }[];
}

export class Undo {
  #kept: Kept | null = null;
  #keys = 0;

  constructor(private readonly page: Page) {}

  /** Keeps runs as they are. Call before they are removed or started again. @param what was done, for people. */
  keep(what: string, ids: readonly RunId[]): void {
    const { store } = this.page;
    const runs = store.getState().runs.flatMap((run, index) => {
      return ids.includes(run.id) ? [{ run, index, file: this.page.runFile(run.id) }] : [];
    });
    // One that fails counts as none.
    for (const { file } of runs) file.catch(() => undefined);
    const key = ++this.#keys;
    this.#kept = { key, runs };
    store.setState({ undoable: { key, what } });
  }

  /** It can't be undone any more. @param key left out: whatever it was. */
  forget(key = this.#kept?.key): void {
    if (this.#kept === null || this.#kept.key !== key) return;
    this.#kept = null;
    this.page.store.setState({ undoable: null });
  }

  /** Runs that were added have taken the places of those that could be brought back. */
  forgetWhereFull(): void {
    if (this.#kept === null) return;
    const present = this.page.store.getState().runs.map(({ id }) => id);
    const ids = new Set([...present, ...this.#kept.runs.map(({ run }) => run.id)]);
    if (ids.size > MAX_RUNS) this.forget();
  }

  /** Brings the runs back, with weights and measurements, in their places and colours, beside those that are there. */
  async undo(): Promise<void> {
    const { store } = this.page;
    const kept = this.#kept;
    if (kept === null) return;
    this.forget();
    const from = new Map<RunId, ArrayBuffer>();
    for (const { run, file } of kept.runs) {
      const bytes = await file.catch(() => null);
      if (bytes !== null) from.set(run.id, bytes);
    }
    const { runs: present } = store.getState();
    const runs = present.filter(({ id }) => !kept.runs.some(({ run }) => run.id === id));
    for (const { run, index } of kept.runs) runs.splice(index, 0, { ...run, pending: [] });
    // A run was added while the files were read; what was removed is in the library.
    if (runs.length > MAX_RUNS) return;
    // What they have done since is another run to the library.
    for (const id of from.keys()) this.page.storeRun(id);
    store.setState({ runs, isDefaultPair: false, selected: kept.runs[0]?.run.id ?? null });
    this.page.syncRuns(from);
  }
}
