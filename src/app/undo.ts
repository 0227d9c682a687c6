/**
 * Takes back what lost runs their weights: a run that was removed, all runs that were started again or set aside. Their
 * files, taken just before, are in memory until the worker has the runs again; only the last such deed can be undone.
 */
import type { StoreApi } from 'zustand/vanilla';
import { reasonOf } from '../data/dataError.ts';
import { MAX_RUNS } from '../training/protocol/commands.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import type { RunId } from '../training/runIdentity.ts';
import { checked } from './drafts.ts';
import { sameConfig } from './edit.ts';
import { nameAfterSwitch } from './naming.ts';
import { freeColourBeside } from './runViews.ts';
import type { PageState, RunView, Undoable } from './state.ts';
import { t } from '../text/t.ts';

export type RunFiles = ReadonlyMap<RunId, ArrayBuffer>;

/** The parts of the page's session that are needed. */
interface Page {
  readonly store: StoreApi<PageState>;
  /** The runs as of now; none of those that would start anew just as they are. Rejects where one can't be taken. */
  runFiles(ids: readonly RunId[]): Promise<RunFiles>;
  /** Stores a run in the library, if it is worth it. */
  storeRun(id: RunId): void;
  /**
   * Tells the worker which runs there are, and where some of them go on.
   * @param undo a number for the answer.
   * @returns false: nothing was told, as the page is still being restored.
   */
  bringBack(from: RunFiles, undo: number): boolean;
  /** Puts runs in place of all that are there. @returns takes that back. */
  replaceAll(runs: readonly RunView[]): () => void;
}

interface Kept {
  readonly what: string;
  readonly runs: readonly {
    readonly run: RunView;
    /** Its place among the runs. */
    readonly index: number;
  }[];
  readonly files: Promise<RunFiles>;
  /** Whether they come in place of all others. */
  readonly replaces: boolean;
  /** For people. */
  readonly failed: (why: string) => string;
}

/** An undo that was asked for. */
interface UnderWay {
  readonly kept: Kept;
  /** What the worker was asked for and has not answered yet; null: the files are being read. */
  asked: { readonly undo: number; takeBack(): void } | null;
}

export class Undo {
  #kept: Kept | null = null;
  #underWay: UnderWay | null = null;
  #keys = 0;

  constructor(private readonly page: Page) {}

  /** Keeps runs as they are. Call before they are removed or started again. @param what was done, for people. */
  keep(what: string, ids: readonly RunId[]): void {
    const runs = this.page.store
      .getState()
      .runs.flatMap((run, index) => (ids.includes(run.id) ? [{ run, index }] : []));
    const kept: Kept = {
      ...{ what, runs, files: this.#filesOf(ids), replaces: false },
      failed: (why) => t`“${what}” could not be undone: ${why}`,
    };
    this.#kept = kept;
    this.#tell({ what });
    kept.files.catch((error) => {
      if (this.#kept !== kept || this.#underWay?.kept === kept) return;
      this.#kept = null;
      this.#tell({ what, whyNot: reasonOf(error) });
    });
  }

  /** Of a run that the worker may refuse to bring back, the file that it was asked to bring back. */
  async #filesOf(ids: readonly RunId[]): Promise<RunFiles> {
    const asked = this.#underWay?.asked && this.#underWay.kept.files;
    const now = await this.page.runFiles(ids);
    const before = [...((await asked) ?? [])].filter(([id]) => ids.includes(id));
    return new Map([...before, ...now]);
  }

  /** What the page offers to undo can't be undone any more. */
  dismiss(key: number): void {
    const { store } = this.page;
    if (key !== store.getState().undoable?.key) return;
    this.#kept = null;
    store.setState({ undoable: null });
  }

  /** Nothing can be undone any more, and an undo under way ends: all runs are others. */
  forget(): void {
    const { kept, asked = null } = this.#underWay ?? {};
    this.#kept = null;
    this.#underWay = null;
    this.page.store.setState({ undoable: null });
    // Somebody waits for it.
    if (kept === undefined || asked !== null) return;
    this.#tell({ what: kept.what, whyNot: t`Other runs have been opened in the meantime.` });
  }

  /** Runs that were added have taken the places of those that could be brought back. */
  forgetWhereFull(): void {
    if (this.#kept === null || this.#kept === this.#underWay?.kept || this.#kept.replaces) return;
    const { runs, undoable } = this.page.store.getState();
    const present = runs.map(({ id }) => id);
    const ids = new Set([...present, ...this.#kept.runs.map(({ run }) => run.id)]);
    if (ids.size > MAX_RUNS && undoable !== null) this.dismiss(undoable.key);
  }

  /**
   * Brings the runs back, with weights and measurements, in their places beside those that are there; with their names and
   * colours, unless others have these by now. All or none.
   */
  async undo(): Promise<void> {
    const kept = this.#kept;
    // Another is still waiting for the worker.
    if (kept === null || this.#underWay !== null) return;
    this.page.store.setState({ undoable: null });
    await this.#bringBack(kept);
  }

  async #bringBack(kept: Kept): Promise<void> {
    const { store } = this.page;
    const underWay: UnderWay = { kept, asked: null };
    this.#underWay = underWay;
    let files: RunFiles;
    try {
      files = await kept.files;
    } catch (error) {
      if (this.#underWay === underWay) this.#fail(underWay, reasonOf(error), false);
      return;
    }
    if (this.#underWay !== underWay) return;
    if (kept.replaces) {
      this.#ask(underWay, files, this.page.replaceAll(kept.runs.map(({ run }) => run)));
      return;
    }
    const { runs: present, library, selected: selectedBefore } = store.getState();
    const runs = present.filter(({ id }) => !kept.runs.some(({ run }) => run.id === id));
    const ids = new Set<RunId>();
    for (const { run, index } of kept.runs) {
      const now = present.find(({ id }) => id === run.id);
      // One that had made no step, and that the worker still has.
      const isThere = now && !files.has(run.id) && sameConfig(now.config, run.config);
      runs.splice(index, 0, isThere ? now : beside(run, runs, library));
      if (!isThere) ids.add(run.id);
    }
    // Runs were added while the files were read.
    if (runs.length > MAX_RUNS) {
      this.#fail(underWay, t`Other runs have taken its place.`, false);
      return;
    }
    // What they have done since is another run to the library.
    for (const id of files.keys()) this.page.storeRun(id);
    const takeBack = () => {
      const { runs: now, selected } = store.getState();
      const before = now.flatMap((run) =>
        ids.has(run.id) ? present.filter(({ id }) => id === run.id) : [run],
      );
      const isThere = before.some(({ id }) => id === selected);
      store.setState({ ...checked(before), selected: isThere ? selected : selectedBefore });
    };
    const selected = kept.runs[0]?.run.id ?? null;
    store.setState({ ...checked(runs), isDefaultPair: false, selected });
    this.#ask(underWay, files, takeBack);
  }

  #ask(underWay: UnderWay, files: RunFiles, takeBack: () => void): void {
    const undo = ++this.#keys;
    underWay.asked = { undo, takeBack };
    if (this.page.bringBack(files, undo)) return;
    takeBack();
    this.#fail(underWay, t`The page is still being restored. Try again in a moment.`, true);
  }

  /** Brings runs that were set aside back in place of those that are there. @param what was done, for people. */
  async bringBack(what: string, runs: readonly RunView[], files: RunFiles): Promise<void> {
    this.forget();
    const kept: Kept = {
      ...{ what, files: Promise.resolve(files), replaces: true },
      runs: runs.map((run, index) => ({ run, index })),
      failed: (why) => t`Your own runs could not be brought back: ${why}`,
    };
    this.#kept = kept;
    await this.#bringBack(kept);
  }

  /**
   * What the worker makes of runs that are brought back. Where it refuses them, all that was asked for is taken back, and
   * can be asked for again.
   * @returns whether the worker may have other runs than the page, and is to be told.
   */
  follow(event: TrainingEvent): boolean {
    if (event.type !== 'undone' && event.type !== 'failed') return false;
    const underWay = this.#underWay;
    const { asked = null } = underWay ?? {};
    // The answer to an undo that was given up. Had it been refused, what was sent since would have been passed over.
    if (event.type === 'undone' && event.undo !== asked?.undo) return event.whyNot !== null;
    if (underWay === null || asked === null) return false;
    // After a failure there may be no answer.
    const whyNot = event.type === 'undone' ? event.whyNot : event.message;
    if (whyNot === null) {
      this.#end(underWay);
      return false;
    }
    asked.takeBack();
    this.#fail(underWay, whyNot, true);
    return true;
  }

  #end({ kept }: UnderWay): void {
    this.#underWay = null;
    if (this.#kept === kept) this.#kept = null;
  }

  /** Says why it is not undone. @param again whether it can be tried once more. */
  #fail({ kept }: UnderWay, why: string, again: boolean): void {
    const { what, failed } = kept;
    const { undoable } = this.page.store.getState();
    this.#underWay = null;
    // Something else has been done since, which can be undone.
    if (this.#kept !== kept && undoable !== null) {
      this.page.store.setState({ undoable: { ...undoable, note: failed(why) } });
      return;
    }
    this.#kept = again ? kept : null;
    this.#tell(again ? { what, note: failed(why) } : { what, whyNot: why });
  }

  #tell(undoable: Pick<Undoable, 'what'> & Partial<Undoable>): void {
    this.page.store.setState({
      undoable: { key: ++this.#keys, whyNot: null, note: null, ...undoable },
    });
  }
}

/** The run, which the worker does not have yet, with a colour and a name that none of the others has. */
function beside(run: RunView, others: readonly RunView[], library: PageState['library']): RunView {
  const isTaken = others.some(({ colourIndex }) => colourIndex === run.colourIndex);
  return {
    ...run,
    ...{ preparedConfig: null, pending: [] },
    colourIndex: isTaken ? freeColourBeside(others, library) : run.colourIndex,
    name: run.isNamed ? run.name : nameAfterSwitch(run.name, run.config.model, others),
  };
}
