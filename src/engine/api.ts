/**
 * What the rest of the program sees of an engine: the `EngineDevice` interface, which `webgpu/` and `cpu/` (our own
 * kernels) and `tfjs/` (TensorFlow.js) implement and `engines.ts` lists.
 *
 * An `EngineDevice` is a place to train on. A batch is the images and labels of the current step there, shared by all
 * networks that train on it. A network holds one net's parameters, and what its step needs. A stepper advances any
 * number of networks on one batch. What one device made is of no use to another.
 */
import type { DrawnBatch } from '../data/augmentation.ts';
import type { Normalization } from '../data/normalization.ts';
import type { ImageChunk } from '../data/types.ts';
import type { TrainingConfig } from '../model/config.ts';
import type { LayerGraph, StateDict } from '../model/graph.ts';
import type { Profile } from './profile.ts';

/** The device an engine runs on. */
export interface AdapterDescription {
  /** For people: `NVIDIA H100`, `SwiftShader (software)`. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly isSoftware: boolean;
}

/**
 * Which kernel does each operation that can be done in several ways, by the operation's id; only the engine that made it
 * reads it. JSON: kept per adapter, and part of a run's record, because the last bits of a result depend on it.
 */
export type KernelChoices = Readonly<Record<string, string>>;

/** Where an engine keeps its choices between visits, per adapter. */
export interface TuningStore {
  /** What is kept for this adapter, unchecked. May reject. */
  load(adapter: string): Promise<unknown>;
  /** Adds to what is kept, whoever else does so at the same time. May reject. */
  add(adapter: string, found: KernelChoices): Promise<void>;
}

export interface TuningOptions {
  /** Milliseconds for compiling and timing; 0: only what is kept is used. */
  readonly budgetMs: number;
  readonly store?: TuningStore | null;
  /** Called before the first candidate is compiled; not at all where everything is known. */
  readonly onStart?: () => void;
}

/** How an engine that has the choice computes: `training.arithmetic` of the run config. */
export type Arithmetic = 'exact' | 'fast';

export interface NetworkOptions {
  readonly graph: LayerGraph;
  /** `microBatchSize` as `fitMicroBatches` found it; `auto` or left out: the whole batch. */
  readonly training: Pick<TrainingConfig, 'seed' | 'batchSize' | 'labelSmoothing' | 'optimizer'> &
    Partial<
      Pick<
        TrainingConfig,
        | ('microBatchSize' | 'precision' | 'arithmetic')
        | ('decayNormAndBias' | 'filterRate' | 'normAndBiasRate' | 'classifierRate')
        | ('averageDecay' | 'mixup')
      >
    >;
  /** As a tuner chose or a record says; the engine's defaults where left out. */
  readonly kernelChoices?: KernelChoices;
}

/** Networks that train on the same batches, and so on the same micro-batches. */
export type SharedBatch = readonly [NetworkOptions, ...NetworkOptions[]];

/** Micro-batches with which networks fit onto a device. */
export interface Fit {
  /** Images, per group. */
  readonly sizes: readonly number[];
  /** All networks together. */
  readonly gpuBytes: number;
}

export interface StepMetrics {
  readonly step: number;
  /** Mean cross-entropy over the batch. */
  readonly loss: number;
  /** Share of the batch classified correctly, 0–1; a mixed image counts as far as it is of the predicted class. */
  readonly accuracy: number;
  readonly learningRate: number;
  /** L2 norm of the loss's gradient per parameter, in the order of `LayerGraph.parameters`, before weight decay. */
  readonly gradNorm: Float32Array;
  /** L2 norm of each parameter as the step found it, in the same order. */
  readonly weightNorm: Float32Array;
  /** L2 norm of what the step took from each parameter: learning rate, momentum and weight decay included. */
  readonly updateNorm: Float32Array;
  /**
   * Standard deviation of each layer's response, in the order of `activationLayers`: of all its values for the batch,
   * over images, channels and positions, as forward put them out. Where the batch went through in micro-batches, that
   * of the values of all of them together.
   */
  readonly activationStd: Float32Array;
  /** The running variance that has overflowed, or the first of several, by name (`plan/overflow.ts`); null: none has. */
  readonly overflowed: string | null;
}

export interface Evaluation {
  readonly loss: number;
  /** Of all images: sums of parts give the same bits however the images were divided into parts. */
  readonly lossSum: number;
  readonly accuracy: number;
  /** [images, classes], row-major, if requested. */
  readonly logits: Float32Array | null;
}

/** What one image makes every layer of a network put out, in evaluation mode. */
export interface Activations {
  /** By the name of the graph's node, [channels, height, width]; the image itself, normalised, is `input`. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Weights, running statistics and momentum buffers by torchvision's names, in PyTorch's layouts. */
export interface NetworkState {
  readonly weights: StateDict;
  readonly momentum: StateDict;
  /** Adam's running means of squared gradients; missing where the optimizer has none. */
  readonly secondMoment?: StateDict;
  /** Moving averages of the weights; missing where `training.averageDecay` is. */
  readonly average?: StateDict;
}

/** What is known of a network on a device. */
export interface NetworkSummary {
  /** Images that go through it at a time; the batch's size unless that did not fit. */
  readonly microBatchSize: number;
  readonly gpuBytes: number;
  /** Null if the engine does not plan them. */
  readonly dispatchesPerStep: number | null;
}

/** Images of one split on a device, as bytes. */
export interface EngineDataset {
  /** Images 0 … uploaded − 1 are in place. */
  readonly uploaded: number;
  /** @throws RangeError when the chunk does not follow on the last, or is past the count given at creation. */
  append(chunk: ImageChunk): void;
  destroy(): void;
}

export interface BatchShape {
  readonly batchSize: number;
  /** Images that it holds at a time; left out: all. */
  readonly microBatchSize?: number;
  readonly inputSize: number;
  /** Of gathered images; left out: CIFAR-10's. Uploaded ones are normalised already. */
  readonly normalization?: Normalization | undefined;
}

/** Fills a batch from the dataset, on the device: with at most `batchSize` images. */
export interface Gather extends DrawnBatch {
  readonly dataset: EngineDataset;
}

export interface EngineBatch {
  readonly shape: BatchShape;
  /**
   * Uploads images [rows, 3, S, S], already normalised, and their labels; rows past the last are zero.
   * @throws RangeError when the sizes do not fit.
   */
  upload(images: Float32Array, labels: Int32Array | Uint8Array): void;
  destroy(): void;
}

export interface EngineNetwork {
  readonly graph: LayerGraph;
  readonly summary: NetworkSummary;
  /** How it does what can be done in several ways; missing if the engine has no choice. */
  readonly kernelChoices?: KernelChoices;
  /** The same in a few characters, for `choicesFromCode`; null if it cannot be written that way. */
  readonly kernelCode?: string | null;
  /** `exact`: the same bits on every machine. Missing if the engine has no choice. */
  readonly arithmetic?: Arithmetic;
  /**
   * Parameters, running statistics and moments by torchvision's names, in PyTorch's layouts. Missing running statistics
   * start at 0 and 1, missing moments at 0, missing averages at the weights. Names the network does not have are ignored.
   * @throws EngineError `state` naming every missing or misshapen tensor; the network keeps what it had.
   */
  load(state: Pick<NetworkState, 'weights'> & Partial<NetworkState>): void;
  /** Everything a run's continuation needs, in PyTorch's layouts. @throws EngineError `device-lost`. */
  save(): Promise<NetworkState>;
  destroy(): void;
}

export interface StepRequest {
  readonly step: number;
  /** One per network. */
  readonly learningRates: readonly number[];
  /** Fills the batch from the dataset first; without it the batch is used as uploaded. */
  readonly gather?: Gather;
  /**
   * Mixes every image of a micro-batch with the one before it, the first with the last, and their labels; the image's own
   * weight, of `mixupWeight`. Only for networks whose training has `mixup`. What was uploaded is mixed in place.
   */
  readonly mixup?: number;
  /** Gives the metrics of all steps since the last readback. */
  readonly readback: boolean;
}

export interface EngineStepper {
  /**
   * Starts one step of every network and does not wait for it.
   * @returns with `readback`, per network the metrics of all steps since the last one; rejects with EngineError
   *   `device-lost`.
   * @throws Error when more than `RING_STEPS` steps pass without readback, or two are already under way.
   */
  step(request: StepRequest): Promise<StepMetrics[][]> | null;
  destroy(): void;
}

/** Puts images start … start + count into the batch: uploads them, or says where to gather them from. */
export type LoadImages = (start: number, count: number) => Gather | undefined;

export interface EvaluationOptions {
  /** Also returns every image's logits. */
  readonly logits?: boolean;
  readonly signal?: AbortSignal;
}

/** Evaluates a network: running statistics, no dropout, the training network's own weights or their average. */
export interface EngineEvaluator {
  /**
   * Mean cross-entropy (no label smoothing) and accuracy over `total` images.
   * @throws EngineError `device-lost`; the signal's reason when aborted between two readbacks.
   */
  evaluate(total: number, load: LoadImages, options?: EvaluationOptions): Promise<Evaluation>;
  destroy(): void;
}

/** A network that is only ever evaluated: a copy to experiment on, without room for gradients. */
export interface EngineProbe extends EngineEvaluator {
  readonly graph: LayerGraph;
  /**
   * Parameters and running statistics, as `EngineNetwork.load` takes them; there are none before the first call.
   * @throws EngineError `state` naming every missing or misshapen tensor.
   */
  load(weights: StateDict): void;
}

/** What a probe is made of. */
export interface ProbeOptions extends Pick<NetworkOptions, 'graph' | 'kernelChoices'> {
  /** Of the run that is looked at; left out: single. */
  readonly precision?: TrainingConfig['precision'];
}

export interface ActivationsOptions extends Pick<NetworkOptions, 'graph' | 'kernelChoices'> {
  /** Left out: CIFAR-10's. */
  readonly normalization?: Normalization | undefined;
}

export interface EngineDevice {
  readonly adapter: AdapterDescription;
  /** The largest tensor it can hold. */
  readonly maxBufferBytes: number;
  /** True where a step is computed before `step` returns: nobody else gets a turn meanwhile. */
  readonly isBusyInCalls?: true;
  /** Why it can't train in half precision, as the beginning of a sentence; null if it can. */
  readonly noHalfPrecision: string | null;
  /** Those it can train in; missing if it has no choice. */
  readonly arithmetics?: readonly Arithmetic[];
  /** Resolves when the device is lost, with the reason; never rejects. */
  readonly lost: Promise<{ reason: string; message: string }>;
  /** What slows it down here and could be helped, as a sentence; missing if nothing does. */
  readonly remark?: string | undefined;
  /** GFLOP/s (a multiply-add counts two) of a small convolution. @param budgetMs about half a second if left out. */
  measureGflops(budgetMs?: number): Promise<number>;
  /**
   * Refuses a network that cannot fit in any micro-batches, at once: nothing is planned for it.
   * @throws EngineError `too-large` with its bytes.
   */
  checkSize(network: Pick<NetworkOptions, 'graph' | 'training'>): void;
  /**
   * The micro-batches with which all these networks fit at once: for each group of networks that share a batch, the
   * largest size, or the one given in one of their configs.
   * @param totalBytes that they may take together.
   * @throws EngineError `too-large` with the number of bytes missing, `unsupported` for half precision if there is
   *   none; ConfigError for a size that cannot be used.
   */
  fitMicroBatches(groups: readonly SharedBatch[], totalBytes?: number): Fit;
  /**
   * Choices of kernels for these networks, timed on this device within a budget. Nothing may be under way. Never rejects.
   * Missing if the engine has no choice.
   */
  tune?(networks: readonly NetworkOptions[], options: TuningOptions): Promise<KernelChoices>;
  /**
   * The choices of kernels that the `kernelCode` of such a network, on such an adapter, stands for; null if there are
   * other kernels to choose from here. Missing if the engine has no choice.
   */
  choicesFromCode?(network: NetworkOptions, kernelCode: string): KernelChoices | null;
  /** @param count images that will be appended, at most. */
  createDataset(count: number): EngineDataset;
  createBatch(shape: BatchShape): EngineBatch;
  /** Weights are zero until `load`. @throws EngineError `too-large`, `out-of-memory`, `unsupported`, `shader`. */
  createNetwork(options: NetworkOptions, batch: EngineBatch): Promise<EngineNetwork>;
  createStepper(batch: EngineBatch, networks: readonly EngineNetwork[]): EngineStepper;
  /** @throws EngineError `too-large`, `out-of-memory`, `shader`. */
  createEvaluator(network: EngineNetwork, batch: EngineBatch): Promise<EngineEvaluator>;
  /**
   * @param options with the `kernelChoices` and `precision` of a training network, results equal that network's
   *   evaluation to the bit. If there is no half precision, single is used instead.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`.
   */
  createProbe(options: ProbeOptions, batch: EngineBatch): Promise<EngineProbe>;
  /**
   * Times a training step kernel by kernel, on a copy of the network; missing if the engine cannot time its kernels.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`, `device-lost`; the signal's reason when aborted.
   */
  profile?(network: EngineNetwork, signal: AbortSignal): Promise<Profile>;
  /**
   * Every layer's output for each of some images, by running statistics and in single precision. Images are normalised
   * like a dataset's. All outputs are held at once.
   * @param weights parameters and running statistics.
   * @param images [32, 32, 3] bytes each.
   * @returns one for each image.
   * @throws EngineError `too-large`, `out-of-memory`, `shader`, `state`, `device-lost`.
   */
  activations(
    options: ActivationsOptions,
    weights: StateDict,
    images: readonly Uint8Array[],
  ): Promise<readonly Activations[]>;
  /** Frees the device; `lost` resolves. */
  destroy(): void;
}
