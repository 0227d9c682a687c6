/**
 * Takes back what lost runs their weights: a run that was removed, all runs that were started again. Until then their
 * files, taken just before, are in memory; only the last such deed can be undone.
 */
import type { StoreApi } from 'zustand/vanilla';
import { reasonOf } from '../data/dataError.ts';
import { MAX_RUNS } from '../training/protocol.ts';
import type { RunId } from '../training/runIdentity.ts';
import { checked } from './drafts.ts';
import { sameConfig } from './edit.ts';
import { nameAfterSwitch } from './naming.ts';
import { freeColourBeside, type PageState, type RunView } from './state.ts';

export type RunFiles = ReadonlyMap<RunId, ArrayBuffer>;

/** The parts of the page's session that are needed. */
interface Page {
  readonly store: StoreApi<PageState>;
  /** The runs as of now; none of those that would start anew just as they are. Rejects where one can't be taken. */
  runFiles(ids: readonly RunId[]): Promise<RunFiles>;
  /** Stores a run in the library, if it is worth it. */
  storeRun(id: RunId): void;
  /** Tells the worker which runs there are, and where some of them go on. */
  syncRuns(from: RunFiles): void;
}

interface Kept {
  readonly key: number;
  readonly what: string;
  readonly runs: readonly {
    readonly run: RunView;
    /** Its place among the runs. */
    readonly index: number;
  }[];
  readonly files: Promise<RunFiles>;
}

export class Undo {
  #kept: Kept | null = null;
  #keys = 0;

  constructor(private readonly page: Page) {}

  /** Keeps runs as they are. Call before they are removed or started again. @param what was done, for people. */
  keep(what: string, ids: readonly RunId[]): void {
    const { store } = this.page;
    const runs = store
      .getState()
      .runs.flatMap((run, index) => (ids.includes(run.id) ? [{ run, index }] : []));
    const kept = { key: ++this.#keys, what, runs, files: this.page.runFiles(ids) };
    this.#kept = kept;
    store.setState({ undoable: { key: kept.key, what, whyNot: null } });
    kept.files.catch((error) => {
      if (this.#kept === kept) this.#giveUp(kept, error);
    });
  }

  /** It can't be undone any more. @param key left out: whatever it was. */
  forget(key = this.#keys): void {
    if (key !== this.#keys) return;
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

  /**
   * Brings the runs back, with weights and measurements, in their places beside those that are there; with their names and
   * colours, unless others have these by now. All or none.
   */
  async undo(): Promise<void> {
    const { store } = this.page;
    const kept = this.#kept;
    if (kept === null) return;
    this.forget();
    let files: RunFiles;
    try {
      files = await kept.files;
    } catch (error) {
      this.#giveUp(kept, error);
      return;
    }
    const { runs: present, library } = store.getState();
    const runs = present.filter(({ id }) => !kept.runs.some(({ run }) => run.id === id));
    for (const { run, index } of kept.runs) {
      const now = present.find(({ id }) => id === run.id);
      // One that had made no step, and that the worker still has.
      const isThere = now && !files.has(run.id) && sameConfig(now.config, run.config);
      runs.splice(index, 0, isThere ? now : beside(run, runs, library));
    }
    // A run was added while the files were read; what was removed is in the library.
    if (runs.length > MAX_RUNS) return;
    // What they have done since is another run to the library.
    for (const id of files.keys()) this.page.storeRun(id);
    const selected = kept.runs[0]?.run.id ?? null;
    store.setState({ ...checked(runs), isDefaultPair: false, selected });
    this.page.syncRuns(files);
  }

  /** Says why it can't be undone after all. */
  #giveUp({ key, what }: Kept, error: unknown): void {
    if (key !== this.#keys) return;
    this.#kept = null;
    this.page.store.setState({ undoable: { key, what, whyNot: reasonOf(error) } });
  }
}

/** The run with a colour and a name that none of the others has. */
function beside(run: RunView, others: readonly RunView[], library: PageState['library']): RunView {
  const isTaken = others.some(({ colourIndex }) => colourIndex === run.colourIndex);
  return {
    ...run,
    pending: [],
    colourIndex: isTaken ? freeColourBeside(others, library) : run.colourIndex,
    name: run.isNamed ? run.name : nameAfterSwitch(run.name, run.config.model, others),
  };
}
