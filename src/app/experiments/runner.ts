/**
 * Runs an experiment on the page's session: puts its arms in place of the live runs, four at a time, with the changes
 * on their schedules, and takes each arm's result when it is done. Finished arms are kept; an interrupted experiment
 * continues with the others.
 */
import type { RunId } from '../../training/runIdentity.ts';
import { sameConfig } from '../edit.ts';
import type { PageSession } from '../pageSession.ts';
import { isAtRest, isOver, type PageState, type RunView } from '../state.ts';
import type { ArmResult } from './armResult.ts';
import { armWords } from './armWords.ts';
import type { Arm, Experiment } from './experiment.ts';
import { armsOf, experimentOf } from './registry.ts';
import { fingerprintOf, resultOf } from './result.ts';
import type { ExperimentSize } from './sizes.ts';
import { type ExperimentState, offered } from './state.ts';
import type { ResultStore, Speed } from './store.ts';
import { machineOf } from '../trainingTime.ts';
import { roundsOf, withMeasured } from './time.ts';
import { t } from '../../text/t.ts';

const keyOf = (id: string, size: ExperimentSize, arm = ''): string => `${id}/${size}/${arm}`;

/** Names experiment and size among measured speeds. */
export const workOf = (id: string, size: ExperimentSize): string => `${id}/${size}`;

/** An arm as a run, which has its name in the page's language; the training makes its changes on their steps. */
export function asGiven({ name, config, changes }: Arm) {
  const training =
    changes.length === 0 ? config.training : { ...config.training, changes: [...changes] };
  return { name: armWords(name), config: { ...config, training } };
}

export class ExperimentRunner {
  readonly #session: PageSession;
  readonly #store: ResultStore;
  /** Runs whose last test was asked for again. */
  readonly #tested = new Set<string>();
  /** Null: the round began before the page was reloaded. */
  #roundStartMs: number | null = null;

  constructor(session: PageSession, store: ResultStore) {
    this.#session = session;
    this.#store = store;
    session.store.subscribe((state) => this.#follow(state));
  }

  /**
   * Gives the experiment on the page the arms that were finished before, without training anything. An address or a
   * reload may have put it there; after a reload it goes on where it was.
   */
  async revive(): Promise<void> {
    const state = this.#state;
    const experiment = state === null ? null : experimentOf(state.id);
    if (state === null || experiment === null) return;
    if (state.unread.length > 0) return this.#readResults(experiment, state);
    if (state.status !== 'offered') return;
    const results = await this.kept(experiment, state);
    const isDone = armsOf(state).every(({ id }) => results[id] !== undefined);
    if (this.#state === state)
      this.#set({ ...state, status: isDone ? 'finished' : 'offered', results });
  }

  /** Results of arms that were finished before a reload; arms whose results could not be kept are trained again. */
  async #readResults(experiment: Experiment, before: ExperimentState): Promise<void> {
    const { size, unread } = before;
    const kept = Object.entries(await this.kept(experiment, before));
    const state = this.#state;
    if (state?.id !== experiment.id || state.size !== size || state.unread !== unread) return;
    const results = Object.fromEntries(kept.filter(([arm]) => unread.includes(arm)));
    const isWhole = unread.every((arm) => results[arm] !== undefined);
    const status = state.status === 'finished' && !isWhole ? 'interrupted' : state.status;
    this.#set({ ...state, status, results, unread: [] });
  }

  /** Begins, replacing the live runs; results of arms finished before are reused unless `isFresh`. */
  async start(
    id: string,
    size: ExperimentSize,
    isFresh: boolean,
    without: readonly string[] = [],
  ): Promise<void> {
    const experiment = experimentOf(id);
    if (experiment === null) return;
    const results = isFresh ? {} : await this.kept(experiment, { size, without });
    this.#set({ ...offered(id, size, without), status: 'running', results });
    this.#nextRound(isFresh);
  }

  /** Continues after a pause, or after an interruption with the unfinished arms. */
  resume(): void {
    const state = this.#state;
    if (state === null) return;
    if (state.status === 'running') this.#session.send({ type: 'train' });
    else void this.start(state.id, state.size, false, state.without);
  }

  /** Leaves out these arms of an experiment that has not begun. */
  choose(without: readonly string[]): void {
    const state = this.#state;
    if (state?.status === 'offered') this.#set(offered(state.id, state.size, without));
  }

  /** Takes the experiment off the page; runs and results stay. */
  leave(): void {
    const isBusy = !isAtRest(this.#session.store.getState());
    if (this.#state?.status === 'running' && isBusy) this.#session.send({ type: 'pause' });
    this.#session.store.setState({ experiment: null });
  }

  /** Arms that were finished in these settings before. */
  async kept(
    experiment: Experiment,
    { size, without }: Pick<ExperimentState, 'size' | 'without'>,
  ): Promise<Readonly<Record<string, ArmResult>>> {
    const found = await Promise.all(
      experiment.arms(size, without).map(async (arm) => {
        const result = await this.#store.result(keyOf(experiment.id, size, arm.id));
        return result?.fingerprint === fingerprintOf(arm) ? [[arm.id, result] as const] : [];
      }),
    );
    return Object.fromEntries(found.flat());
  }

  /** What earlier experiments took on this adapter. */
  speeds(): Promise<readonly Speed[]> {
    return this.#store.speeds(this.#adapterKey);
  }

  get #state(): ExperimentState | null {
    return this.#session.store.getState().experiment;
  }

  get #adapterKey(): string {
    const { engine, adapter } = this.#session.store.getState();
    return `${engine?.id ?? ''} ${adapter?.name ?? ''}`;
  }

  #set(experiment: ExperimentState): void {
    this.#session.store.setState({ experiment });
  }

  /** The arms still to be trained, the next ones of them live; none left: the end. */
  #nextRound(isFresh: boolean): void {
    const state = this.#state;
    if (state === null) return;
    const arms = armsOf(state);
    const [round] = roundsOf(arms.filter(({ id }) => state.results[id] === undefined));
    if (round === undefined) {
      this.#set({ ...state, status: 'finished', live: {} });
      return;
    }
    this.#tested.clear();
    this.#set({ ...state, live: {} });
    const ids =
      (isFresh ? null : this.#alreadyLive(round)) ?? this.#session.replaceRuns(round.map(asGiven));
    const live = Object.fromEntries(round.map(({ id }, i) => [id, ids[i] ?? '']));
    this.#set({ ...state, status: 'running', live, note: null });
    this.#roundStartMs = performance.now();
    this.#session.send({ type: 'train' });
  }

  /** Live runs that are these arms on their way, in their order; null where one is not. */
  #alreadyLive(arms: readonly Arm[]): RunId[] | null {
    const { runs } = this.#session.store.getState();
    const found = arms.map(asGiven).flatMap(({ config }) => {
      // Arms differ in their configs; their names are in the language of the page that made the runs.
      const run = runs.find((live) => sameConfig(live.originalConfig ?? live.config, config));
      return run !== undefined && this.#session.history(run.id).latest !== null ? [run.id] : [];
    });
    return found.length === arms.length ? found : null;
  }

  /** Adopts runs of an offered experiment that were restored with the page. */
  #adoptRestored(state: ExperimentState): void {
    const arms = armsOf(state);
    const [round = []] = roundsOf(arms.filter(({ id }) => state.results[id] === undefined));
    const ids = round.length === 0 ? null : this.#alreadyLive(round);
    if (ids === null) return;
    const live = Object.fromEntries(round.map(({ id }, i) => [id, ids[i] ?? '']));
    this.#set({ ...state, status: 'running', live, note: null });
  }

  #follow(page: PageState): void {
    const state = page.experiment;
    if (state?.status === 'offered' && page.reload.kind !== 'underWay') this.#adoptRestored(state);
    if (page.reload.kind === 'underWay' || (state !== null && state.unread.length > 0)) return;
    if (state?.status !== 'running' || Object.keys(state.live).length === 0) return;
    const round = this.#round(state, page.runs);
    if (round === null) {
      const note = t`Its runs were removed or replaced.`;
      this.#set({ ...state, status: 'interrupted', live: {}, note });
      return;
    }
    const isRoundOver = round.every(({ run }) => isOver(run));
    if (!isRoundOver || !isAtRest(page)) return;
    // All are asked for, not only the first that lacks one.
    const isTested = round.map(({ run }) => this.#isTested(run));
    if (!isTested.includes(false)) this.#finishRound(state, round, page);
  }

  /** The live arms with their runs; null where one is gone. */
  #round(
    state: ExperimentState,
    runs: readonly RunView[],
  ): readonly { arm: Arm; run: RunView }[] | null {
    const arms = armsOf(state);
    const round: { arm: Arm; run: RunView }[] = [];
    for (const [armId, runId] of Object.entries(state.live)) {
      const arm = arms.find(({ id }) => id === armId);
      const run = runs.find(({ id }) => id === runId);
      if (arm === undefined || run === undefined) return null;
      round.push({ arm, run });
    }
    return round;
  }

  /** Whether the run was tested where it ended; a test that a command cut short is asked for once more. */
  #isTested(run: RunView): boolean {
    if (run.diverged !== null || run.config.data.test === 0) return true;
    if (run.evaluation?.step === run.config.training.steps) return true;
    if (this.#tested.has(run.id)) return false;
    this.#tested.add(run.id);
    this.#session.send({ type: 'evaluate', id: run.id });
    return false;
  }

  #finishRound(
    state: ExperimentState,
    round: readonly { arm: Arm; run: RunView }[],
    page: PageState,
  ): void {
    const measured = {
      testImages: page.data?.progress.testImages ?? 0,
      adapter: page.adapter?.name ?? '',
      images: {
        title: page.data?.info.title ?? 'Images not known',
        isCifar10: page.data?.info.isCifar10 ?? false,
      },
    };
    const results = { ...state.results };
    for (const { arm, run } of round) {
      const result = resultOf(arm, run, this.#session.history(run.id), measured);
      results[arm.id] = result;
      void this.#store.keepResult(keyOf(state.id, state.size, arm.id), result);
    }
    void this.#keepSpeed(
      state,
      round.map(({ arm }) => arm),
      results,
    );
    this.#set({ ...state, results, live: {} });
    this.#nextRound(true);
  }

  async #keepSpeed(
    { id, size }: ExperimentState,
    arms: readonly Arm[],
    results: Readonly<Record<string, ArmResult>>,
  ): Promise<void> {
    const { gflops, engine, adapter } = this.#session.store.getState();
    if (this.#roundStartMs === null || gflops === null) return;
    if (arms.some((arm) => results[arm.id]?.divergedAt !== null)) return;
    // Without pauses; tests and compiling are what lies between it and the clock's time.
    const trainMs = Math.max(...arms.map((arm) => results[arm.id]?.trainMs ?? 0));
    const clockMs = performance.now() - this.#roundStartMs;
    const ms = Math.min(clockMs, 1.3 * trainMs);
    const machine = machineOf(engine?.id ?? null, adapter?.isSoftware ?? false);
    await this.#store.changeSpeeds(this.#adapterKey, (known) =>
      withMeasured(known, workOf(id, size), ms, arms, { gflops, machine, known }),
    );
  }
}
