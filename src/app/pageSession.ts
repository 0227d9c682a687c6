/**
 * The page's side of training: which runs there are, and the commands that change them. What the worker answers is for
 * `WorkerEvents`.
 */
import { deferred } from '../chunk.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineChoice, EngineId } from '../engine/engineNames.ts';
import type { RunConfig } from '../model/config.ts';
import type { TrainingClient } from '../training/client.ts';
import type { RunHistory } from '../training/history.ts';
import type { RunEdit } from '../training/changes.ts';
import { type Command, MAX_RUNS } from '../training/protocol/commands.ts';
import type { NamedTensor, RunId } from '../training/runIdentity.ts';
import { AutoSave } from './autoSave.ts';
import type { CsvRun } from './csv.ts';
import { checked } from './drafts.ts';
import { LiveHistories } from './liveHistories.ts';
import { runName } from './naming.ts';
import { type NewRun, newRuns } from './newRuns.ts';
import { Queries } from './queries.ts';
import { ReloadRestore } from './reloadRestore.ts';
import { Restarts } from './restarts.ts';
import { SentRuns } from './sentRuns.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { freeColourBeside, freshRun, rewound } from './runViews.ts';
import { initialState, isAtRest, type PageState, type RunView } from './state.ts';
import { type TabState, tabStateOf } from './tabState.ts';
import { type RunFiles, Undo } from './undo.ts';
import { Verifier } from './verifier.ts';
import { WorkerEvents } from './workerEvents.ts';
import { t } from '../text/t.ts';

const csv = deferred(() => import('./csv.ts'));

export class PageSession {
  readonly store: StoreApi<PageState> = createStore(() => initialState);
  readonly histories = new LiveHistories(this.store);
  readonly queries = new Queries(this.store, (command) => this.send(command));
  readonly autoSave: AutoSave;
  readonly verifier: Verifier;
  readonly undo: Undo;
  readonly #restarts = new Restarts();
  #reloadRestore: ReloadRestore;
  readonly #options: SessionOptions;
  #engine: EngineChoice;
  readonly #sent = new SentRuns();
  readonly #events: WorkerEvents;
  #trainer: TrainingClient | null = null;
  #unsubscribe = () => {};
  #nextId = 1;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#engine = options.engine ?? 'automatic';
    const { store } = this;
    const history = (id: RunId) => this.history(id);
    const runFile = (id: RunId) => this.runFile(id);
    this.verifier = new Verifier(store, options.baseUrl);
    this.undo = new Undo({
      store,
      runFiles: (ids) => this.runFiles(ids),
      storeRun: (id) => this.autoSave.saveBeforeLoss(id),
      bringBack: (from, undo) => this.#bringBack(from, undo),
      replaceAll: (runs) => this.#replaceAll(runs),
    });
    this.autoSave = new AutoSave({ store, history, runFile }, options.openLibrary);
    this.#reloadRestore = this.#restoring(options.before ?? null);
    this.#events = this.#receiving();
  }

  /**
   * Starts the worker, or a new one in place of one that has crashed; runs keep their configs and continue from their last
   * checkpoint.
   */
  open(): void {
    const { lineage = null } = this.#options;
    const isAnother = this.#trainer !== null;
    const now = isAnother ? tabStateOf(this.store.getState()) : null;
    // Runs that have made no step need no restoring.
    const before = isAnother ? (now?.lineage == null ? null : now) : (this.#options.before ?? null);
    this.#reloadRestore = this.#restoring(before);
    this.close();
    this.undo.forget();
    const { linked, selected, isDefaultPair, areRunsAside, runs, ...rest } = this.store.getState();
    const { view, charts, experiment, library, address, storage } = rest;
    const shown: Partial<PageState> = { view, charts, experiment, library, address, storage };
    const edited: Partial<PageState> = { linked, selected, isDefaultPair, areRunsAside };
    this.store.setState({ ...initialState, ...edited, ...shown, runs: runs.map(rewound) }, true);
    this.histories.forgetAll();
    this.#sent.forget();
    this.#restarts.forget();
    this.#reloadRestore.begin();
    this.#trainer = this.#options.createTrainer();
    this.#unsubscribe = this.#trainer.subscribe((event) => this.#events.receive(event));
    const { baseUrl, lastEngine } = this.#options;
    this.send({
      ...{ type: 'open', baseUrl, engine: this.#engine, before: lastEngine },
      lineage: before?.lineage ?? (isAnother ? null : lineage),
    });
  }

  close(): void {
    this.#unsubscribe();
    this.#trainer?.dispose();
    this.#trainer = null;
    this.histories.stopTimer();
  }

  /** What a command discards is stored first. */
  send(command: Command): void {
    this.autoSave.beforeCommand(command, this.#sent.configs);
    this.#trainer?.send(this.#restarts.numbered(command, this.#sent.configs));
  }

  /** Gives a run another name or colour. @param change `name: null`: after its network again. */
  label(id: RunId, change: { readonly name?: string | null; readonly colourIndex?: number }): void {
    this.store.setState(({ runs }) => ({
      runs: runs.map((run) => {
        if (run.id !== id) return run;
        const { name, ...rest } = change;
        if (name === undefined) return { ...run, ...rest };
        const others = runs.filter((other) => other !== run);
        const isNamed = name !== null;
        return { ...run, ...rest, isNamed, name: name ?? runName(run.config, others) };
      }),
    }));
    this.#tellLabel(id);
  }

  #tellLabel(id: RunId): void {
    const run = this.store.getState().runs.find((candidate) => candidate.id === id);
    if (run === undefined || !this.#sent.configs.has(id)) return;
    this.send({ type: 'label', id, view: { name: run.name, colourIndex: run.colourIndex } });
  }

  /** What `open` is to train with. */
  set engine(choice: EngineChoice) {
    this.#engine = choice;
  }

  /** Continues with another engine, every run from where it stands. */
  useEngine(engine: EngineId): void {
    this.#engine = engine;
    this.store.setState({ engineError: null });
    this.send({ type: 'useEngine', engine });
  }

  /** Measurements of a live run, or of a stored one by its id; empty before they are there. */
  history(id: RunId): RunHistory {
    return this.histories.get(id);
  }

  get hasSteps(): boolean {
    return this.histories.hasSteps;
  }

  /** All runs back to step 0; what was measured is forgotten. @param what is undone by undoing it, for people. */
  reset(what: string | null = t`All runs are back at step 0`): void {
    if (what !== null && this.hasSteps) this.#keepForUndo(what);
    this.send({ type: 'reset' });
    for (const { id } of this.store.getState().runs) this.histories.clear(id);
    this.histories.flush();
    this.store.setState(({ runs }) => ({ runs: runs.map(rewound), predicted: null }));
  }

  #keepForUndo(what: string): void {
    this.undo.keep(
      what,
      this.store.getState().runs.map(({ id }) => id),
    );
  }

  /** A change between two steps, of a run that is being trained. */
  change(id: RunId, change: RunEdit): void {
    this.store.setState(({ runs }) => ({
      isDefaultPair: false,
      runs: runs.map((run) =>
        run.id === id ? { ...run, pending: [...run.pending, change], expectedSha256: null } : run,
      ),
    }));
    this.send({ type: 'change', id, change });
  }

  /** A further run beside the others. @returns its id, or null where there are four already or a link has locked them. */
  addRun(config: RunConfig): RunId | null {
    const { runs, library, address } = this.store.getState();
    if (runs.length >= MAX_RUNS || address.lock !== false) return null;
    const id = `run-${this.#nextId++}`;
    const run = freshRun(id, freeColourBeside(runs, library), runName(config, runs), config);
    this.store.setState({ isDefaultPair: false, runs: [...runs, run], selected: id });
    this.undo.forgetWhereFull();
    this.syncRuns();
    return id;
  }

  /** Replaces all runs, which are stored, with others at step 0. @returns their ids, in the same order. */
  replaceRuns(wanted: readonly NewRun[]): RunId[] {
    const { runs } = this.#newRuns(wanted);
    this.undo.forget();
    this.#replaceAll(runs);
    this.syncRuns();
    return runs.map(({ id }) => id);
  }

  /** Of the page; the worker is to be told. @returns puts the page back as it was. */
  #replaceAll(wanted: readonly RunView[]): () => void {
    const { phase, rests, runs, selected, isDefaultPair } = this.store.getState();
    if (!isAtRest({ phase, rests })) this.send({ type: 'pause' });
    for (const { id } of runs) this.autoSave.saveBeforeLoss(id);
    const measuredAgain = this.histories.forgetAll();
    this.store.setState({
      ...checked(wanted.map((run) => ({ ...run, preparedConfig: null, pending: [] }))),
      ...{ selected: wanted[0]?.id ?? null, isDefaultPair: false },
      ...{ predicted: null, kernelTimes: null },
    });
    this.histories.flush();
    return () => {
      this.store.setState({ ...checked(runs), selected, isDefaultPair });
      measuredAgain();
    };
  }

  /** Restarts a run from the weights of a file; tests it at once where there are images. */
  loadWeights(id: RunId, source: string, tensors: readonly NamedTensor[]): void {
    this.send({ type: 'loadWeights', id, source, tensors });
    if ((this.store.getState().data?.progress.testImages ?? 0) > 0)
      this.send({ type: 'evaluate', id });
  }

  removeRun(id: RunId): void {
    const name = this.store.getState().runs.find((run) => run.id === id)?.name ?? '';
    this.undo.keep(t`${name} removed`, [id]);
    this.autoSave.saveBeforeLoss(id);
    this.store.setState(({ runs, selected }) => {
      const left = runs.filter((run) => run.id !== id);
      const first = left[0]?.id ?? null;
      return { isDefaultPair: false, runs: left, selected: selected === id ? first : selected };
    });
    this.histories.forget(id);
    this.syncRuns();
  }

  /** Tells the worker which runs there are. A run whose config is new to it starts at step 0. */
  syncRuns(): void {
    const { runs, reload } = this.store.getState();
    if (reload.kind === 'underWay') return;
    const isSame =
      runs.length === this.#sent.configs.size && runs.every((run) => this.#sent.has(run));
    if (!isSame) this.#setRuns();
  }

  /** @returns whether the worker was told, and will answer. */
  #bringBack(from: RunFiles, undo: number): boolean {
    if (this.store.getState().reload.kind === 'underWay') return false;
    this.#setRuns({ from, undo });
    return true;
  }

  /** @param back files of runs that go on where those left them, and the number of the undo. */
  #setRuns(back?: { readonly from: RunFiles; readonly undo: number }): void {
    const { runs } = this.store.getState();
    const from = back?.from ?? new Map<RunId, ArrayBuffer>();
    this.send({
      ...{ type: 'setRuns', revision: this.#sent.revision, undo: back?.undo },
      runs: runs.map(({ id, config, name, colourIndex, kernelCode }) => ({
        ...{ id, config, view: { name, colourIndex } },
        ...(kernelCode === null ? {} : { kernelCode }),
        ...(from.has(id) ? { from: from.get(id) } : {}),
      })),
    });
    const starts = (run: RunView) => !from.has(run.id) && !this.#sent.has(run);
    for (const run of runs) if (starts(run)) this.histories.clear(run.id);
    const begun = (run: RunView): RunView => {
      if (!starts(run)) return run;
      // What was expected of the config as it was is not expected of an edited one.
      return this.#sent.configs.has(run.id)
        ? { ...rewound(run), expectedSha256: null }
        : rewound(run);
    };
    this.store.setState((state) => ({ runs: state.runs.map(begun) }));
    this.#sent.replace(runs);
  }

  /** Tells the worker which runs are shown, whatever it was told before. */
  #tellShown(): void {
    const { runs } = this.store.getState();
    this.#sent.replace(
      runs.flatMap(({ id, preparedConfig: config }) => (config === null ? [] : [{ id, config }])),
    );
    this.#setRuns();
  }

  /** Saves all series of runs as one CSV file; the page answers while it is written. */
  async exportMetrics(runs: readonly CsvRun[]): Promise<void> {
    const { inSlices, metricsCsv } = await csv();
    this.#options.saveFile('metrics.csv', 'text/csv', await inSlices(metricsCsv(runs)));
  }

  /**
   * The runs of a checkpoint in place of those here.
   * @param file null: the checkpoint kept in this browser.
   * @returns ids, of which as many as there are runs are used.
   */
  resume(file: Blob | null): readonly RunId[] {
    const ids = Array.from({ length: MAX_RUNS }, () => `run-${this.#nextId++}`);
    this.send({ type: 'resume', file, ids });
    return ids;
  }

  /** A run as a checkpoint file, as of now; null where it would start anew just as it is, or can't be saved. */
  async runFile(id: RunId): Promise<ArrayBuffer | null> {
    return (await this.#trainer?.saveRun(id).catch(() => null)) ?? null;
  }

  /**
   * Runs as checkpoint files, as of now; none of a run that would start anew just as it is.
   * @throws Error where one can't be saved, or the worker has ended.
   */
  async runFiles(ids: readonly RunId[]): Promise<RunFiles> {
    const trainer = this.#trainer;
    if (trainer === null) throw new Error(t`Training has ended.`);
    const files = ids.map(async (id) => [id, await trainer.saveRun(id)] as const);
    return new Map(
      (await Promise.all(files)).flatMap(([id, file]) => (file === null ? [] : [[id, file]])),
    );
  }

  /** Has a checkpoint of this moment kept. @returns whether a reload would lose nothing. */
  async keepNow(): Promise<boolean> {
    return (await this.#trainer?.keepNow().catch(() => false)) ?? false;
  }

  /** @param before what the page was doing; null: nothing to restore. */
  #restoring(before: TabState | null): ReloadRestore {
    const page = {
      store: this.store,
      send: (command: Command) => this.send(command),
      resume: () => this.resume(null),
      syncRuns: () => this.syncRuns(),
    };
    return new ReloadRestore(page, before);
  }

  #receiving(): WorkerEvents {
    const { store, histories, queries, autoSave, undo } = this;
    return new WorkerEvents({
      ...{ store, histories, queries, autoSave, undo, restarts: this.#restarts, sent: this.#sent },
      saveFile: this.#options.saveFile,
      isOfRestore: (event) => this.#reloadRestore.follow(event),
      tellLabel: (id) => this.#tellLabel(id),
      syncRuns: () => this.syncRuns(),
      tellShown: () => this.#tellShown(),
      openWith: (configs) => this.#openWith(configs),
    });
  }

  #openWith(configs: readonly RunConfig[]): void {
    this.store.setState(this.#newRuns(configs.map((config) => ({ config }))));
    this.syncRuns();
  }

  #newRuns(wanted: readonly NewRun[]): Pick<PageState, 'runs' | 'selected'> {
    const runs = newRuns(wanted, () => `run-${this.#nextId++}`);
    return { runs, selected: runs[0]?.id ?? null };
  }
}
