/** One run: its config, its network on the device, and all that must outlive the device. */
import type {
  Arithmetic,
  EngineBatch,
  EngineDevice,
  EngineEvaluator,
  EngineNetwork,
  KernelChoices,
  NetworkState,
  StepMetrics,
} from '../engine/api.ts';
import { parseChoices } from '../engine/kernelChoices.ts';
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import type { LayerGraph } from '../model/graph.ts';
import { FIRST_FILTERS } from '../model/graphBuilder.ts';
import { type LayerNames, layerNames } from '../model/layerNames.ts';
import { networkName } from '../model/networkName.ts';
import { applyChange, type RunEdit } from './changes.ts';
import type { DatasetIdentity, ImportedWeights, Mark, SavedRun } from './checkpoint/checkpoint.ts';
import { type Divergence, HealthMonitor } from './health.ts';
import { RunHistory } from './history.ts';
import { withMicroBatchSize } from './microBatchRecord.ts';
import { once } from './once.ts';
import { replayOfStart, withMade, withSteps } from './replayConfig.ts';
import { newStartId, type RunId, type RunLabel, type RunStatus } from './runIdentity.ts';
import { learningRateAt } from './schedule.ts';
import { LastGoodSnapshot, type Snapshot } from './snapshot.ts';
import { completeState, initialState, mergeStates, outsideOf } from './state.ts';
import { Trail } from './trail.ts';

export class Run {
  status: RunStatus = 'live';
  /** Names what the run does until it is back at step 0. */
  startId: string = newStartId();
  /** Steps submitted, which is the number of the next step. */
  step = 0;
  /** Milliseconds of training of the steps whose metrics are back. */
  elapsedMs = 0;
  /** Null: not tested since something other than training changed the weights. */
  lastTest: { readonly step: number; readonly images: number; readonly accuracy: number } | null =
    null;
  /** What was measured; changed by `replay` alone. */
  history: RunHistory;
  /** What was done to the run, and when. */
  marks: readonly Mark[] = [];
  divergence: Divergence | null = null;
  /** What the run goes back to on a reset: its config before any scheduled change was made. Null: none was. */
  originalConfig: RunConfig | null = null;
  /** The page's name and place for it. */
  view: RunLabel | null = null;
  /** Images that go through the network at a time. Null before the first device; then kept on every later one. */
  microBatchSize: number | null = null;
  /** The engine's choice of kernels, on which the last bits depend; null before it is made. */
  kernelChoices: KernelChoices | null = null;
  /** The choice of kernels asked for, used where this device allows it (`EngineNetwork.kernelCode`); null: none. */
  wantedKernelCode: string | null = null;
  /** What every step so far was computed in; null: nothing with a choice, or not all in the same. */
  arithmetic: Arithmetic | null = null;
  /** The config that trains the run again to where it is; null: no config can express what was done to it. */
  replay: RunConfig | null;
  /** Whether to train on after the last step of the config. */
  trainsPastEnd = false;
  readonly lastGoodSnapshot: LastGoodSnapshot;
  /** The snapshots' weights along the way; empty again where the model changes. */
  trail: Trail;
  /** What the run started from in place of the seed's weights, and returns to. */
  private imported: ImportedWeights | null = null;
  private isWhitened = false;
  private health: HealthMonitor;
  private network: EngineNetwork | null = null;
  private evaluator: EngineEvaluator | null = null;
  /** The whole state without a network, drawn when first asked for; with one, the tensors of layers that its graph lacks. */
  private parked: () => NetworkState;

  /** @throws ConfigError when the config cannot be built. */
  constructor(
    readonly id: RunId,
    public config: RunConfig,
    private currentGraph: LayerGraph = buildGraph(config.model),
  ) {
    this.replay = replayOfStart(config);
    // A network that turns out to be too large for the device costs nothing.
    const initial = once(() => initialState(currentGraph, config.training.seed));
    this.parked = initial;
    this.lastGoodSnapshot = new LastGoodSnapshot({
      ...{ step: 0, elapsedMs: 0 },
      get state() {
        return initial();
      },
    });
    this.trail = new Trail(4 * currentGraph.parameterCount);
    this.health = this.newHealth();
    this.history = new RunHistory(this.layerNames);
  }

  get graph(): LayerGraph {
    return this.currentGraph;
  }

  get layerNames(): LayerNames {
    return layerNames(this.currentGraph);
  }

  /** @throws Error without a device. */
  get onDevice(): EngineNetwork {
    if (this.network === null) throw new Error(`${this.id} is not on a device`);
    return this.network;
  }

  /** Steps still to be made. */
  get stepsLeft(): number {
    return this.trainsPastEnd ? Infinity : this.config.training.steps - this.step;
  }

  /** Whether its first layer is still to be made, from images. */
  get awaitsImages(): boolean {
    const { config, step, imported, isWhitened } = this;
    return config.model.whitening === true && step === 0 && imported === null && !isWhitened;
  }

  /** Begins with these filters in the first layer. Only while it `awaitsImages`. @param data OIHW */
  whiten(data: Float32Array): void {
    const state = initialState(this.currentGraph, this.config.training.seed);
    const shape = state.weights.get(FIRST_FILTERS)?.shape ?? [];
    const weights = new Map([...state.weights, [FIRST_FILTERS, { shape, data }]]);
    const first = { step: 0, elapsedMs: 0, state: { ...state, weights } };
    this.lastGoodSnapshot.offer(first);
    this.rewind(first);
    this.isWhitened = true;
  }

  /** Other images are its own from now on: a first layer made from those before is made anew before step 0. */
  takeOtherImages(): void {
    this.isWhitened = false;
  }

  /** Whether anything was measured of it: even at step 0, where it diverged before its first snapshot. */
  get hasTrained(): boolean {
    return this.step > 0 || this.history.length > 0;
  }

  get learningRate(): number {
    const { learningRate, steps } = this.config.training;
    return learningRateAt(learningRate, this.step, steps);
  }

  /** Compiles the network and puts the state onto the device. @throws EngineError, leaving the run as it was. */
  async attach(device: Pick<EngineDevice, 'createNetwork'>, batch: EngineBatch): Promise<void> {
    await this.rebuild(device, batch, this.config, this.currentGraph);
  }

  /**
   * Continues with another model (shortcuts switched) and the same weights. Layers that the model lost are kept aside;
   * layers it never had start from their initial values.
   * @throws EngineError, leaving the run as it was.
   */
  async rebuild(
    device: Pick<EngineDevice, 'createNetwork'>,
    batch: EngineBatch,
    config: RunConfig,
    graph: LayerGraph,
  ): Promise<void> {
    const state = await this.state();
    const { training } = config;
    const kernelChoices = this.kernelChoices ?? {};
    const network = await device.createNetwork({ graph, training, kernelChoices }, batch);
    try {
      network.load(completeState(graph, config.training.seed, state));
    } catch (error) {
      network.destroy();
      throw error;
    }
    this.release();
    this.network = network;
    const arithmetic = network.arithmetic ?? null;
    const isSame = kernelChoices.revision === network.kernelChoices?.revision;
    if (this.step === 0) this.arithmetic = arithmetic;
    else if (arithmetic !== this.arithmetic || !isSame) this.arithmetic = null;
    this.microBatchSize = network.summary.microBatchSize;
    // Shapes that a switched shortcut takes out may come back.
    this.kernelChoices = { ...kernelChoices, ...network.kernelChoices };
    const outside = outsideOf(graph, state);
    this.parked = () => outside;
    this.config = config;
    if (graph !== this.currentGraph) {
      this.lastTest = null;
      this.trail = new Trail(4 * graph.parameterCount);
    }
    this.currentGraph = graph;
    this.health = this.newHealth();
  }

  /** Everything by name, momentum included. */
  async state(): Promise<NetworkState> {
    return this.network === null
      ? this.parked()
      : mergeStates(this.parked(), await this.network.save());
  }

  /**
   * Keeps a copy to go back to. Only while no step is under way and all metrics were finite.
   * @returns where the state, not kept then, is not finite after all; null: it is.
   */
  async snapshot(): Promise<Divergence | null> {
    const { step, elapsedMs } = this;
    const before = this.lastGoodSnapshot.current;
    const state = await this.state();
    const layer = this.lastGoodSnapshot.offer({ step, elapsedMs, state });
    if (layer !== null) return { step: Math.max(0, step - 1), layer };
    if (this.trail.points.length === 0) this.leaveTrail(before);
    this.leaveTrail({ step, state });
    this.history.mark();
    return null;
  }

  private leaveTrail({ step, state }: Pick<Snapshot, 'step' | 'state'>): void {
    const { learningRate, steps } = this.config.training;
    // A snapshot from before a change of the model lacks what has come.
    const { weights } = completeState(this.currentGraph, this.config.training.seed, state);
    this.trail.offer({ step, learningRate: learningRateAt(learningRate, step, steps), weights });
  }

  /** Back to a snapshot's step and values, exactly. */
  rewind({ step, elapsedMs, state }: Snapshot): void {
    this.step = step;
    this.elapsedMs = elapsedMs;
    this.lastTest = null;
    this.health = this.newHealth();
    if (step === 0) this.arithmetic = this.network?.arithmetic ?? null;
    if (this.network === null) {
      this.parked = () => state;
    } else {
      this.network.load(completeState(this.currentGraph, this.config.training.seed, state));
      const outside = outsideOf(this.currentGraph, state);
      this.parked = () => outside;
    }
  }

  /** Back to step 0, and to the weights the run was given, else the initial ones of the present config. */
  reset(): void {
    const { seed } = this.config.training;
    const initial = initialState(this.currentGraph, seed);
    const state =
      this.imported === null
        ? initial
        : completeState(this.currentGraph, seed, { ...initial, weights: this.imported.weights });
    const first = { step: 0, elapsedMs: 0, state };
    this.startId = newStartId();
    this.trail.clear();
    this.lastGoodSnapshot.offer(first);
    this.rewind(first);
    this.isWhitened = false;
    this.status = 'live';
    this.divergence = null;
    this.marks = [];
    this.replay = replayOfStart(this.config);
  }

  /** What the page is told of the network on the device. @throws Error without a device. */
  prepared(compileMs: number) {
    const { gpuBytes, microBatchSize, dispatchesPerStep } = this.onDevice.summary;
    const { id, weightsFrom, startId } = this;
    const { kernelChoices: tiles = {}, kernelCode = null } = this.onDevice;
    const costs = { gpuBytes, microBatchSize, dispatchesPerStep, compileMs, tiles, kernelCode };
    return { type: 'prepared' as const, id, ...this.layerNames, ...costs, weightsFrom, startId };
  }

  /** The file whose weights the run starts from. */
  get weightsFrom(): string | null {
    return this.imported?.source ?? null;
  }

  /** Back to step 0, from these weights. */
  startFrom(imported: ImportedWeights): void {
    this.imported = imported;
    this.reset();
  }

  /** Starts from the weights that `other` started from, if they have every tensor of this network. Call before `attach`. */
  inherit({ imported }: Run): void {
    if (imported === null) return;
    const fits = (name: string, shape: readonly number[]): boolean =>
      imported.weights.get(name)?.shape.join() === shape.join();
    const { parameters, runningStatistics } = this.currentGraph;
    const isWhole =
      parameters.every(({ name, shape }) => fits(name, shape)) &&
      runningStatistics.every(({ name, channels }) => fits(name, [channels]));
    if (isWhole) this.startFrom(imported);
  }

  /** Records something done to the run before its next step. */
  mark(label: string): void {
    const { step } = this;
    this.marks = [...this.marks.filter((mark) => mark.step <= step), { step, label }];
  }

  /** Records what was done to the run before its next step, so that it can be done again. */
  made(edit: RunEdit): void {
    if (edit.kind === 'testViews') {
      this.lastTest = null;
      this.replay &&= applyChange(this.replay, edit).config;
      return;
    }
    this.replay &&=
      edit.kind === 'steps'
        ? withSteps(this.replay, this.step, edit.steps)
        : withMade(this.replay, this.step, edit);
  }

  /** A copy of the last snapshot and all that belongs to it. @param images what it was trained on; null: nothing yet. */
  saved(images: DatasetIdentity | null, colourIndex: number): SavedRun {
    const { config, divergence, lastTest, marks, view, imported } = this;
    const { arithmetic, replay } = this;
    const { step, elapsedMs, state } = this.lastGoodSnapshot.current;
    // Any other run that has made its last step is `live` until the trainer has ended it, which includes its test.
    const isFinished = this.trainsPastEnd && step >= config.training.steps;
    const status = isFinished ? 'finished' : this.status;
    const isVoid = status === 'diverged';
    return {
      startId: this.startId,
      name: view?.name ?? networkName(config.model),
      colourIndex: view?.colourIndex ?? colourIndex,
      config: withMicroBatchSize(config, this.microBatchSize),
      ...{ status, divergence, step, elapsedMs, images, lastTest, state, imported },
      marks: marks.filter((mark) => mark.step <= step),
      // A diverged run still shows what it measured after its last good step.
      history: isVoid ? this.history.state : this.history.stateUntil(step),
      kernelChoices: this.kernelChoices ?? {},
      ...(arithmetic === null ? {} : { arithmetic }),
      ...(replay === null ? {} : { replay: withMicroBatchSize(replay, this.microBatchSize) }),
      ...(this.originalConfig === null ? {} : { originalConfig: this.originalConfig }),
    };
  }

  /** Becomes the saved run. Call before `attach`. */
  resume(saved: SavedRun): void {
    const { step, elapsedMs, state, name, colourIndex } = saved;
    this.startId = saved.startId ?? this.startId;
    this.trail.clear();
    this.lastGoodSnapshot.offer({ step, elapsedMs, state });
    this.rewind(this.lastGoodSnapshot.current);
    this.lastTest = saved.lastTest;
    this.status = saved.status;
    // What diverged before its first snapshot had been whitened; what has not begun may be whitened again.
    this.isWhitened = saved.status !== 'live';
    this.divergence = saved.divergence;
    this.marks = saved.marks;
    this.history = RunHistory.from(this.layerNames, saved.history);
    this.history.mark();
    this.view = { name, colourIndex };
    this.imported = saved.imported;
    this.originalConfig = saved.originalConfig ?? null;
    this.kernelChoices = parseChoices(saved.kernelChoices) ?? {};
    this.arithmetic = saved.arithmetic ?? null;
    this.replay = saved.replay ?? null;
  }

  /** The device is gone: what is left is the last good snapshot. */
  abandonDevice(): void {
    this.network = null;
    this.evaluator = null;
    this.rewind(this.lastGoodSnapshot.current);
  }

  /** Metrics up to the first that is not finite, and where that one showed. */
  examine(metrics: readonly StepMetrics[]): {
    good: readonly StepMetrics[];
    bad: Divergence | null;
  } {
    for (const [i, step] of metrics.entries()) {
      const bad = this.health.check(step);
      if (bad !== null) return { good: metrics.slice(0, i), bad };
    }
    return { good: metrics, bad: null };
  }

  async evaluatorOn(device: EngineDevice, batch: EngineBatch): Promise<EngineEvaluator> {
    this.evaluator ??= await device.createEvaluator(this.onDevice, batch);
    return this.evaluator;
  }

  /** Frees the device's memory; what is left is the last good snapshot. */
  detach(): void {
    this.release();
    this.abandonDevice();
  }

  /** Frees the device's memory, and with it the state that lay there. */
  release(): void {
    this.evaluator?.destroy();
    this.network?.destroy();
    this.evaluator = null;
    this.network = null;
  }

  private newHealth(): HealthMonitor {
    return new HealthMonitor(this.layerNames);
  }
}
