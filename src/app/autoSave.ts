/** Runs on their way into the library: asked of the worker as files, on demand and before anything is lost. */
import type { RunConfig } from '../model/config.ts';
import type { Command, RunId, TrainingEvent } from '../training/protocol.ts';
import { isWorthKeeping, lostBy } from './library/discardedRuns.ts';
import type { RunToStore } from './library/storedRun.ts';
import type { PageSession } from './pageSession.ts';
import type { StateEvent } from './reduce.ts';
import { newLibraryId } from './state.ts';

export interface RunKeeper {
  /** Takes a run's file over. Never rejects. @param title what the run was called. */
  keep(about: RunToStore, title: string, file: ArrayBuffer): Promise<void>;
}

export class AutoSave {
  /** Files that were asked for, by request. */
  private readonly requests = new Map<number, (file: ArrayBuffer | null) => void>();
  /** Runs whose files are under way to the library. */
  private readonly underWay = new Set<RunId>();
  private nextRequest = 1;

  /** @param open where runs are kept; undefined: nowhere. */
  constructor(
    private readonly session: PageSession,
    private readonly open: (() => Promise<RunKeeper>) | undefined,
  ) {}

  /** A run's file as of now; null where it has made no step. */
  file(id: RunId): Promise<ArrayBuffer | null> {
    const request = this.nextRequest++;
    return new Promise((resolve) => {
      this.requests.set(request, resolve);
      this.session.send({ type: 'saveRun', id, request });
    });
  }

  received({ request, file }: Extract<TrainingEvent, { type: 'runSaved' }>): void {
    this.requests.get(request)?.(file);
    this.requests.delete(request);
  }

  /** Puts a run into the library, in place of what is there of it already. @param wanted left out: in any case. */
  keep(id: RunId, wanted: typeof isWorthKeeping = () => true): void {
    const { open, session } = this;
    const { runs, engine } = session.store.getState();
    const run = runs.find((candidate) => candidate.id === id);
    if (open === undefined || run === undefined || !wanted(run, session.history(id).latest)) return;
    const { libraryId, name, isNamed } = run;
    const about = { id: libraryId, name: isNamed ? name : null, engine: engine?.id ?? null };
    this.underWay.add(id);
    void this.file(id).then(async (file) => {
      this.underWay.delete(id);
      if (file !== null) await (await open()).keep(about, name, file);
    });
  }

  /** Keeps what `command` is about to end; what those runs do from then on is another run to the library. */
  before(command: Command, training: ReadonlyMap<RunId, RunConfig>): void {
    const { session } = this;
    const lost = lostBy(command, training).filter((id) => session.history(id).latest !== null);
    if (lost.length === 0) return;
    for (const id of lost) this.keep(id, isWorthKeeping);
    session.store.setState(({ runs }) => ({
      runs: runs.map((run) =>
        lost.includes(run.id) ? { ...run, libraryId: newLibraryId() } : run,
      ),
    }));
  }

  /** Keeps what has finished, and again when it is tested later. */
  follow(event: StateEvent): void {
    if (event.type === 'finished') this.keep(event.id);
    if (event.type !== 'evaluated') return;
    const { runs } = this.session.store.getState();
    const isOver = runs.some(({ id, finished }) => id === event.id && finished);
    // A file asked for before holds this test too.
    if (isOver && !this.underWay.has(event.id)) this.keep(event.id);
  }
}
