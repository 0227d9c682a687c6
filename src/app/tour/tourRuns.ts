/** The runs of the tour: a ready-made pair, then a fresh one; those of the user are set aside, and come back afterwards. */
import { defaultPair } from '../defaultPair.ts';
import type { NewRun } from '../newRuns.ts';
import type { PageSession } from '../pageSession.ts';
import type { PageState } from '../state.ts';

/** What is on the page. `own`: the user's runs, or what they have made of the pair. */
export type TourStage = 'own' | 'ready-made' | 'fresh';

type SetAside = Blob | readonly NewRun[];

const idsOf = ({ runs }: PageState): string => runs.map(({ id }) => id).join(' ');

/** Whether runs of the user's own would have to be set aside. */
export const hasOwnRuns = ({ isDefaultPair, stepsDone }: PageState): boolean =>
  !isDefaultPair || stepsDone > 0;

export class TourRuns {
  readonly #session: PageSession;
  readonly #fetchPair: () => Promise<Blob>;
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

  /** @throws Error in plain words where the pair can't be fetched or opened; the runs are then as they were. */
  async openPair(): Promise<void> {
    const session = this.#session;
    const { store } = session;
    const file = await this.#fetchPair();
    const before = store.getState();
    if (this.#aside === null && this.stage(before) === 'own' && hasOwnRuns(before)) {
      this.#aside =
        before.stepsDone > 0
          ? await session.checkpoint()
          : before.runs.map(({ config, name, isNamed, colourIndex, expectedSha256 }) => ({
              ...{ config, colourIndex },
              ...(isNamed ? { name } : {}),
              ...(expectedSha256 === null ? {} : { expectedSha256 }),
            }));
    }
    const opened = new Promise<void>((resolve, reject) => {
      const unsubscribe = store.subscribe((state) => {
        const { failure } = state.checkpoint;
        const isRefused = failure !== null && failure !== before.checkpoint.failure;
        if (!isRefused && idsOf(state) === idsOf(before)) return;
        unsubscribe();
        if (isRefused) reject(new Error(failure.message));
        else resolve();
      });
    });
    session.resume(file);
    await opened;
    this.#shown = { stage: 'ready-made', ids: idsOf(store.getState()) };
  }

  /** The pair that suits this computer, at step 0. */
  setUpFresh(): void {
    const { store } = this.#session;
    const { gflops, adapter } = store.getState();
    const configs = defaultPair(gflops ?? 0, adapter?.isSoftware ?? true);
    this.#session.replaceRuns(configs.map((config) => ({ config })));
    this.#shown = { stage: 'fresh', ids: idsOf(store.getState()) };
  }

  get hasSetAside(): boolean {
    return this.#aside !== null;
  }

  /** Brings the user's runs back, unless they have put others in place of the tour's. */
  giveBack(): void {
    const aside = this.#aside;
    this.#aside = null;
    if (aside === null || this.stage(this.#session.store.getState()) === 'own') return;
    if (aside instanceof Blob) this.#session.resume(aside);
    else this.#session.replaceRuns(aside);
  }
}
