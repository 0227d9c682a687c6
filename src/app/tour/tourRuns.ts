/** The runs of the tour: a ready-made pair, then a fresh one; those of the user are set aside, and come back afterwards. */
import type { RunId } from '../../training/runIdentity.ts';
import { defaultPair } from '../defaultPair.ts';
import type { PageSession } from '../pageSession.ts';
import { isAtRest, type PageState, type RunView } from '../state.ts';
import type { RunFiles } from '../undo.ts';
import { t } from '../../text/t.ts';

/** What is on the page. `own`: the user's runs, or what they have made of the pair. */
export type TourStage = 'own' | 'ready-made' | 'fresh';

/** The user's runs, and the files from which those that have made steps go on. */
interface SetAside {
  readonly runs: readonly RunView[];
  readonly files: RunFiles;
}

const idsOf = ({ runs }: PageState): string => runs.map(({ id }) => id).join(' ');

/** Whether runs of the user's own would have to be set aside. */
export const hasOwnRuns = ({ isDefaultPair, stepsDone }: PageState): boolean =>
  !isDefaultPair || stepsDone > 0;

export class TourRuns {
  readonly #session: PageSession;
  readonly #fetchPair: () => Promise<Blob>;
  #isOver = false;
  #aside: SetAside | null = null;
  /** Ids of the runs that the tour has put on the page. */
  #shown: { readonly stage: TourStage; readonly ids: string } = { stage: 'own', ids: '' };

  /** @param fetchPair the ready-made pair's checkpoint. */
  constructor(session: PageSession, fetchPair: () => Promise<Blob>) {
    this.#session = session;
    this.#fetchPair = fetchPair;
  }

  stage(state: PageState): TourStage {
    return idsOf(state) === this.#shown.ids ? this.#shown.stage : 'own';
  }

  /** The tour is under way from now on. */
  begin(): void {
    this.#isOver = false;
  }

  /**
   * If the tour has ended by the time the pair is there, the user's runs come back at once.
   * @throws Error in plain words where the pair can't be fetched or opened; the runs are then as they were, but paused.
   */
  async openPair(): Promise<void> {
    const session = this.#session;
    const { store } = session;
    const file = await this.#fetchPair();
    const before = store.getState();
    const areOwn = this.stage(before) === 'own' && hasOwnRuns(before);
    const aside = this.#aside ?? (areOwn ? await this.#setAside() : null);
    if (this.#isOver) return;
    store.setState({ areRunsAside: aside !== null });
    try {
      await this.#arrival(session.resume(file));
    } catch (error) {
      this.#keepAside(this.#aside);
      throw error;
    }
    this.#keepAside(aside);
    this.#shown = { stage: 'ready-made', ids: idsOf(store.getState()) };
    if (this.#isOver) this.giveBack();
  }

  /** Pauses the runs: what they did afterwards would be lost. */
  async #setAside(): Promise<SetAside> {
    const session = this.#session;
    const { store } = session;
    if (!isAtRest(store.getState())) session.send({ type: 'pause' });
    for (;;) {
      const ids = store.getState().runs.map(({ id }) => id);
      const files = await session.runFiles(ids);
      const { runs } = store.getState();
      // Others were added or removed in the meantime.
      if (runs.map(({ id }) => id).join() === ids.join()) return { runs, files };
    }
  }

  /** Resolves once runs with these ids are there. @throws Error in plain words where they are refused. */
  #arrival(ids: readonly RunId[]): Promise<void> {
    const { store } = this.#session;
    const before = store.getState();
    return new Promise((resolve, reject) => {
      const unsubscribe = store.subscribe((state) => {
        const why = refusal(state, before);
        if (why === null && !state.runs.some(({ id }) => ids.includes(id))) return;
        unsubscribe();
        if (why === null) resolve();
        else reject(new Error(why));
      });
    });
  }

  /** The pair that suits this computer, at step 0. */
  setUpFresh(): void {
    const { store } = this.#session;
    const { gflops, adapter } = store.getState();
    const configs = defaultPair(gflops ?? 0, adapter?.isSoftware ?? true);
    this.#session.replaceRuns(configs.map((config) => ({ config })));
    this.#shown = { stage: 'fresh', ids: idsOf(store.getState()) };
  }

  #keepAside(aside: SetAside | null): void {
    this.#aside = aside;
    this.#session.store.setState({ areRunsAside: aside !== null });
  }

  get hasSetAside(): boolean {
    return this.#aside !== null;
  }

  /** Ends the tour, and brings the user's runs back unless they have put others in place of the tour's. */
  giveBack(): void {
    this.#isOver = true;
    const aside = this.#aside;
    this.#keepAside(null);
    if (aside === null || this.stage(this.#session.store.getState()) === 'own') return;
    const { undo } = this.#session;
    void undo.bringBack(t`The tour has ended`, aside.runs, aside.files);
  }
}

/** Why the worker will not resume; null: it still may. */
function refusal(now: PageState, before: PageState): string | null {
  const { failure } = now.checkpoint;
  if (failure?.task === 'resume' && failure !== before.checkpoint.failure) return failure.message;
  return now.deviceLost?.message ?? now.failure ?? now.unsupported?.message ?? null;
}
