/**
 * Joins the training worker and the page: sends commands, files metrics away in `RunHistory`, everything else in the
 * store. The page calls the methods; nothing of React is in here.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineChoice, EngineId } from '../engine/engineNames.ts';
import type { RunConfig } from '../model/config.ts';
import { RunHistory } from '../training/history.ts';
import { historyFrom } from '../training/historyState.ts';
import {
  type Command,
  MAX_RUNS,
  type NamedTensor,
  type RunChange,
  type RunId,
  type TrainingEvent,
} from '../training/protocol.ts';
import type { Study } from '../training/studies/registry.ts';
import type { ExportChoice } from '../weights/formats/registry.ts';
import { AutoSave } from './autoSave.ts';
import { type CsvRun, inSlices, metricsCsv } from './csv.ts';
import { defaultPair } from './defaultPair.ts';
import { sameConfig } from './edit.ts';
import { isWorthKeeping } from './library/discardedRuns.ts';
import { runName } from './naming.ts';
import { newRuns } from './newRuns.ts';
import { reduce, type StateEvent } from './reduce.ts';
import { ReloadRestore } from './reloadRestore.ts';
import type { NewRun, SessionOptions, Trainer } from './sessionOptions.ts';
import {
  freeColourIndex,
  freshRun,
  initialState,
  isAtRest,
  type PageState,
  rewound,
} from './state.ts';
import { begun, cancelled } from './studies.ts';

export type { NewRun, SessionOptions, Trainer } from './sessionOptions.ts';

/** Charts are redrawn four times a second at most. */
const FLUSH_MS = 250;
/** Sample images shown at a time. */
export const SAMPLES = 8;

export class PageSession {
  readonly store: StoreApi<PageState> = createStore(() => initialState);
  readonly #options: SessionOptions;
  #engine: EngineChoice;
  readonly #histories = new Map<RunId, RunHistory>();
  /** What the worker was last told to train. */
  #sent = new Map<RunId, RunConfig>();
  #trainer: Trainer | null = null;
  #unsubscribe = () => {};
  #throughput: PageState['throughput'] = null;
  #flushTimer: ReturnType<typeof setTimeout> | null = null;
  #nextId = 1;
  #nextStudy = 1;
  #firstSample = 0;
  readonly #comeBack: ReloadRestore;
  readonly keeping: AutoSave;
  /** Curves of kept runs that are shown, by their id; the library fills it. */
  readonly keptHistories = new Map<string, RunHistory>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.keeping = new AutoSave(this, options.keeper);
    this.#comeBack = new ReloadRestore(this, options.before ?? null);
    this.#engine = options.engine ?? 'automatic';
  }

  /** Starts the worker, or a new one in place of one that has crashed; runs keep their configs and start afresh. */
  open(): void {
    this.close();
    const { linked, selected, isDefaultPair, runs, ...rest } = this.store.getState();
    const { view, charts, experiment, library, address } = rest;
    const shown: Partial<PageState> = { view, charts, experiment, library, address };
    const edited: Partial<PageState> = { linked, selected, isDefaultPair };
    this.store.setState({ ...initialState, ...edited, ...shown, runs: runs.map(rewound) }, true);
    this.#histories.clear();
    this.#sent.clear();
    this.#comeBack.begin();
    this.#trainer = this.#options.createTrainer();
    this.#unsubscribe = this.#trainer.subscribe((event) => this.#receive(event));
    const { baseUrl } = this.#options;
    this.send({ type: 'open', baseUrl, engine: this.#engine });
  }

  close(): void {
    this.#unsubscribe();
    this.#trainer?.dispose();
    this.#trainer = null;
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
  }

  /** What a command would end is kept first. */
  send(command: Command): void {
    this.keeping.before(command, this.#sent);
    this.#trainer?.send(command);
  }

  /** Gives a run another name or colour. */
  label(id: RunId, change: { readonly name?: string; readonly colourIndex?: number }): void {
    const isNamed = change.name === undefined ? {} : { isNamed: true };
    this.store.setState(({ runs }) => ({
      runs: runs.map((run) => (run.id === id ? { ...run, ...change, ...isNamed } : run)),
    }));
    const run = this.store.getState().runs.find((candidate) => candidate.id === id);
    if (run === undefined || !this.#sent.has(id)) return;
    this.send({ type: 'label', id, view: { name: run.name, colourIndex: run.colourIndex } });
  }

  /** What `open` is to train with. */
  set engine(choice: EngineChoice) {
    this.#engine = choice;
  }

  /** Goes on with another engine, every run from where it stands. */
  useEngine(engine: EngineId): void {
    this.#engine = engine;
    this.store.setState({ fieldErrors: {} });
    this.send({ type: 'useEngine', engine });
  }

  /** Measurements of a run, or of a kept one by its id; empty before they are there. */
  history(id: RunId): RunHistory {
    return this.#histories.get(id) ?? this.keptHistories.get(id) ?? EMPTY;
  }

  get hasSteps(): boolean {
    return [...this.#histories.values()].some((history) => history.latest !== null);
  }

  /** Has everything drawn anew, e.g. when the curves of a kept run have come. */
  redraw(): void {
    this.#flush();
  }

  /** All runs back to step 0; what was measured is forgotten. */
  reset(): void {
    this.send({ type: 'reset' });
    for (const history of this.#histories.values()) history.clear();
    this.store.setState(({ runs }) => ({ runs: runs.map(rewound), predicted: null }));
    this.#forgetKept();
    this.#flush();
  }

  /** A change between two steps, of a run that is being trained. */
  change(id: RunId, change: RunChange): void {
    this.store.setState(({ runs }) => ({
      isDefaultPair: false,
      fieldErrors: {},
      runs: runs.map((run) =>
        run.id === id ? { ...run, pending: [...run.pending, change] } : run,
      ),
    }));
    this.send({ type: 'change', id, change });
  }

  /** A further run beside the others. @returns its id, or null where there are four already or a link has locked them. */
  addRun(config: RunConfig): RunId | null {
    const { runs, library, address } = this.store.getState();
    if (runs.length >= MAX_RUNS || address.isLocked) return null;
    const id = `run-${this.#nextId++}`;
    const name = runName(
      config.model,
      runs.map((run) => run.name),
    );
    const run = freshRun(
      id,
      freeColourIndex([...runs, ...(library.runs?.filter(({ isPinned }) => isPinned) ?? [])]),
      name,
      config,
    );
    this.store.setState({ runs: [...runs, run], selected: id });
    this.syncRuns();
    return id;
  }

  /** Other runs in place of all there are, which are kept, each at step 0. @returns their ids, in the same order. */
  replaceRuns(wanted: readonly NewRun[]): RunId[] {
    const { phase, runs } = this.store.getState();
    if (!isAtRest(phase)) this.send({ type: 'pause' });
    for (const { id } of runs) this.keeping.keep(id, isWorthKeeping);
    this.#histories.clear();
    this.#throughput = null;
    const fresh = this.#newRuns(wanted);
    this.store.setState({
      ...{ isDefaultPair: false, fieldErrors: {}, predicted: null, kernelTimes: null },
      ...fresh,
    });
    this.syncRuns();
    this.#flush();
    return fresh.runs.map(({ id }) => id);
  }

  /** Weights of a file in place of a run's, which starts anew; tested at once where there are images. */
  loadWeights(id: RunId, source: string, tensors: readonly NamedTensor[]): void {
    this.send({ type: 'loadWeights', id, source, tensors });
    if ((this.store.getState().data?.progress.testImages ?? 0) > 0)
      this.send({ type: 'evaluate', id });
  }

  removeRun(id: RunId): void {
    this.keeping.keep(id, isWorthKeeping);
    this.store.setState(({ runs, selected }) => {
      const left = runs.filter((run) => run.id !== id);
      const first = left[0]?.id ?? null;
      return { isDefaultPair: false, runs: left, selected: selected === id ? first : selected };
    });
    this.#histories.delete(id);
    this.syncRuns();
    this.#flush();
  }

  /** Tells the worker which runs there are. A run whose config is new to it starts at step 0. */
  syncRuns(): void {
    const { runs, return: comeBack } = this.store.getState();
    if (comeBack.kind === 'underWay') return;
    const isNew = (id: RunId, config: RunConfig) => {
      const sent = this.#sent.get(id);
      return sent === undefined || !sameConfig(sent, config);
    };
    const isSame =
      runs.length === this.#sent.size && runs.every(({ id, config }) => !isNew(id, config));
    if (isSame) return;
    this.send({
      type: 'setRuns',
      runs: runs.map(({ id, config, name, colourIndex, kernelCode }) => ({
        ...{ id, config, view: { name, colourIndex } },
        ...(kernelCode === null ? {} : { kernelCode }),
      })),
    });
    for (const { id, config } of runs) if (isNew(id, config)) this.#histories.get(id)?.clear();
    this.store.setState((state) => ({
      runs: state.runs.map((run) => (isNew(run.id, run.config) ? rewound(run) : run)),
    }));
    this.#sent = new Map(runs.map(({ id, config }) => [id, config]));
    this.#forgetKept();
  }

  /** Class probabilities of the sample images. @param turn pages on to the next ones. */
  predict(turn = false): void {
    const images = this.store.getState().data?.progress.testImages ?? 0;
    if (images === 0) return;
    if (turn) this.#firstSample = (this.#firstSample + SAMPLES) % images;
    const count = Math.min(SAMPLES, images);
    const indices = Array.from({ length: count }, (_, i) => (this.#firstSample + i) % images);
    this.send({ type: 'predict', images: indices });
  }

  /** Has the kernels of a run's step timed. */
  profile(id: RunId): void {
    const run = this.store.getState().runs.find((candidate) => candidate.id === id);
    if (run === undefined) return;
    this.store.setState({ kernelTimes: { id, runName: run.name, outcome: null } });
    this.send({ type: 'profile', id });
  }

  /** Looks into a network, beside training; `state.studies[key]` tells what comes of it. Replaces the one of that key. */
  study(key: string, study: Study): void {
    this.cancelStudy(key);
    const request = `study ${this.#nextStudy++}`;
    this.store.setState(({ studies }) => ({
      studies: { ...studies, [key]: begun(request, study, performance.now()) },
    }));
    this.send({ type: 'study', key: request, study });
  }

  /** What it had found stays. */
  cancelStudy(key: string): void {
    const state = this.store.getState().studies[key];
    if (state?.status !== 'running') return;
    this.store.setState(({ studies }) => ({ studies: { ...studies, [key]: cancelled(state) } }));
    this.send({ type: 'cancelStudy', key: state.request });
  }

  /** Saves a run's network as a file. */
  exportNetwork(id: RunId, choice: ExportChoice): void {
    this.store.setState({ exported: null });
    this.send({ type: 'exportWeights', id, choice });
  }

  /** Saves all series of runs as one CSV file; the page answers while it is written. */
  async exportMetrics(runs: readonly CsvRun[]): Promise<void> {
    this.#options.saveFile('metrics.csv', 'text/csv', await inSlices(metricsCsv(runs)));
  }

  /** Saves all runs as one file to go on from. */
  exportCheckpoint(): void {
    this.send({ type: 'exportCheckpoint' });
  }

  /** The runs of a checkpoint in place of those here. @param file null: the checkpoint kept in this browser. */
  resume(file: Blob | null): void {
    const ids = Array.from({ length: MAX_RUNS }, () => `run-${this.#nextId++}`);
    this.send({ type: 'resume', file, ids });
  }

  #receive(event: TrainingEvent): void {
    if (event.type === 'metrics') {
      this.#histories.get(event.batch.id)?.append(event.batch);
      this.#throughput = { imagesPerSecond: event.imagesPerSecond, stepMs: event.stepMs };
      this.#flushTimer ??= setTimeout(() => this.#flush(), FLUSH_MS);
      return;
    }
    if (event.type === 'weights' || event.type === 'checkpointFile') {
      const { fileName, bytes } = event;
      this.#options.saveFile(fileName, 'application/octet-stream', bytes);
      if (event.type === 'weights') {
        this.store.setState({ exported: { id: event.id, fileName, bytes: bytes.byteLength } });
      }
      return;
    }
    if (event.type === 'runSaved') {
      this.keeping.received(event);
      return;
    }
    this.#fileAway(event);
    this.store.setState((state) => reduce(state, event), true);
    this.#followUp(event);
  }

  /** What an event means for the histories. */
  #fileAway(event: StateEvent): void {
    if (event.type === 'prepared') {
      // A net rebuilt for a switched shortcut may have other parameters, and keeps its past.
      const history = this.history(event.id).withLayers(event);
      this.#histories.set(event.id, history);
    } else if (event.type === 'evaluated') {
      this.#histories.get(event.id)?.evaluated(event);
    } else if (event.type === 'weightsLoaded') {
      this.#histories.get(event.id)?.clear();
      this.#forgetKept();
    } else if (event.type === 'restored') {
      this.#histories.get(event.id)?.truncateFrom(event.step);
    } else if (event.type === 'resumed') {
      this.#histories.clear();
      for (const { id, history, ...names } of event.runs)
        this.#histories.set(id, historyFrom(names, history));
      this.#sent = new Map(event.runs.map(({ id, config }) => [id, config]));
    } else if (event.type === 'changed') {
      this.#sent.set(event.id, event.config);
    } else return;
    this.#flush();
  }

  #followUp(event: StateEvent): void {
    const { runs, isDefaultPair } = this.store.getState();
    if (this.#comeBack.follow(event)) return;
    if (event.type === 'ready') {
      if (isDefaultPair && !this.hasSteps)
        this.#openWith(defaultPair(event.gflops, event.adapter.isSoftware));
      else this.syncRuns();
    }
    // The builder works without a device, too.
    if (event.type === 'unsupported' && runs.length === 0) this.#openWith(defaultPair(0, true));
    if (event.type === 'restored') this.#sent.set(event.id, event.config);
    if (event.type === 'refused') this.#sent = new Map(runs.map(({ id, config }) => [id, config]));
    this.keeping.follow(event);
    if (event.type === 'evaluated' && event.id === runs.at(-1)?.id) this.predict();
    if (event.type === 'state' && event.state === 'paused') {
      this.#flush();
      this.predict();
    }
  }

  /** Another training begins: the checkpoint kept last is not its own. */
  #forgetKept(): void {
    if (this.hasSteps) return;
    this.store.setState(({ checkpoint }) => ({ checkpoint: { ...checkpoint, kept: null } }));
  }

  #openWith(configs: readonly RunConfig[]): void {
    this.store.setState(this.#newRuns(configs.map((config) => ({ config }))));
    this.syncRuns();
  }

  #newRuns(wanted: readonly NewRun[]): Pick<PageState, 'runs' | 'selected'> {
    const runs = newRuns(wanted, () => `run-${this.#nextId++}`);
    return { runs, selected: runs[0]?.id ?? null };
  }

  #flush(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
    const done = [...this.#histories.values()].map(({ latest }) => (latest ? latest.step + 1 : 0));
    this.store.setState(({ version }) => ({
      version: version + 1,
      throughput: this.#throughput,
      stepsDone: Math.max(0, ...done),
    }));
  }
}

const EMPTY = new RunHistory([]);
