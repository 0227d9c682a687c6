/** Stores runs in the library: on demand, when they finish, and before anything discards them. */
import type { StoreApi } from 'zustand/vanilla';
import type { RunConfig } from '../model/config.ts';
import type { RunHistory } from '../training/history.ts';
import type { Command } from '../training/protocol/commands.ts';
import type { RunId } from '../training/runIdentity.ts';
import { discardedBy, isWorthStoring } from './library/discardedRuns.ts';
import type { RunToStore } from './library/storedRun.ts';
import type { StateEvent } from './reduce.ts';
import { newLibraryId, type PageState } from './state.ts';

/** The part of the library that is needed here. */
export interface RunSaver {
  /**
   * Takes over a run's file. Never rejects.
   * @param title what the run was called.
   * @returns whether the browser has stored it.
   */
  save(about: RunToStore, title: string, file: ArrayBuffer): Promise<boolean>;
}

/** The parts of the page's session that are needed. */
interface Page {
  readonly store: StoreApi<PageState>;
  history(id: RunId): RunHistory;
  /** A run's file as of now; null where it would start anew just as it is, or can't be saved. */
  runFile(id: RunId): Promise<ArrayBuffer | null>;
}

/** Whether the run goes on as one that the library knows, and what it was since has been stored. */
const isBroughtBack = (command: Command, id: RunId): boolean =>
  command.type === 'setRuns' && command.runs.some((run) => run.id === id && run.from !== undefined);

export class AutoSave {
  /** Runs whose files are on their way to the library. */
  readonly #saving = new Set<RunId>();

  /** @param openLibrary undefined: runs are not stored. */
  constructor(
    private readonly page: Page,
    private readonly openLibrary: (() => Promise<RunSaver>) | undefined,
  ) {}

  /** Stores a run, in place of what the library has of it. */
  save(id: RunId): void {
    const { openLibrary, page } = this;
    const { runs, engine } = page.store.getState();
    const run = runs.find((candidate) => candidate.id === id);
    if (openLibrary === undefined || run === undefined) return;
    const { libraryId, name, isNamed } = run;
    const about = { id: libraryId, name: isNamed ? name : null, engine: engine?.id ?? null };
    this.#saving.add(id);
    const storedStep = page.history(id).latest?.step ?? null;
    void page.runFile(id).then(async (file) => {
      this.#saving.delete(id);
      if (file === null || !(await (await openLibrary()).save(about, name, file))) return;
      page.store.setState(({ runs }) => ({
        runs: runs.map((one) => (one.libraryId === libraryId ? { ...one, storedStep } : one)),
      }));
    });
  }

  /** Stores a run that is about to be lost, unless it was stored as it is: a person may have deleted it since. */
  saveBeforeLoss(id: RunId): void {
    const { latest } = this.page.history(id);
    const run = this.page.store.getState().runs.find((candidate) => candidate.id === id);
    if (run === undefined || !isWorthStoring(run, latest)) return;
    if (run.storedStep !== latest?.step) this.save(id);
  }

  /** Stores what `command` is about to discard; what those runs do afterwards is another run to the library. */
  beforeCommand(command: Command, training: ReadonlyMap<RunId, RunConfig>): void {
    const { store, history } = this.page;
    const discarded = discardedBy(command, training).filter(
      (id) => history(id).latest !== null && !isBroughtBack(command, id),
    );
    if (discarded.length === 0) return;
    for (const id of discarded) this.saveBeforeLoss(id);
    store.setState(({ runs }) => ({
      runs: runs.map((run) =>
        discarded.includes(run.id) ? { ...run, libraryId: newLibraryId(), storedStep: null } : run,
      ),
    }));
  }

  /** Stores what has finished, and again when it is tested later. */
  afterEvent(event: StateEvent): void {
    if (event.type === 'finished') this.save(event.id);
    if (event.type !== 'evaluated') return;
    const { runs } = this.page.store.getState();
    const isOver = runs.some(({ id, finished }) => id === event.id && finished);
    // A file asked for before holds this test too.
    if (isOver && !this.#saving.has(event.id)) this.save(event.id);
  }
}
