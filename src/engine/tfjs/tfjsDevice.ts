/** TensorFlow.js as an `EngineDevice`. TF.js has one backend at a time for all, so one such device at a time is in use. */

import type { StateDict } from '../../model/graph.ts';
import type {
  Activations,
  ActivationsOptions,
  AdapterDescription,
  BatchShape,
  EngineBatch,
  EngineDevice,
  EngineNetwork,
  Fit,
  NetworkOptions,
  SharedBatch,
} from '../api.ts';
import { EngineError, halfPrecisionError } from '../errors.ts';
import type { OpenBackend } from './backends/openBackend.ts';
import { checkFloor } from '../plan/memoryFloor.ts';
import { TfjsBatch } from './batch.ts';
import { TfjsDataset } from './dataset.ts';
import { TfjsEvaluator, TfjsProbe } from './evaluator.ts';
import { measureTraining } from './measure.ts';
import { estimatedBytes } from './memory.ts';
import { TfjsNetwork } from './network.ts';
import { TfjsStepper } from './stepper.ts';
import { t } from '../../text/t.ts';

/** TF.js allocates as it goes and does not say how much there is: more than any page may take. */
const MOST_BYTES = 2 ** 34;

type Loss = Awaited<EngineDevice['lost']>;

export class TfjsDevice implements EngineDevice {
  readonly adapter: AdapterDescription;
  readonly maxBufferBytes: number;
  readonly lost: Promise<Loss>;
  #giveUp: (loss: Loss) => void = () => undefined;

  readonly #close: () => void;

  constructor({ adapter, maxBufferBytes, lost, close = () => undefined }: OpenBackend) {
    this.#close = close;
    this.adapter = adapter;
    this.maxBufferBytes = maxBufferBytes;
    const destroyed = new Promise<Loss>((resolve) => {
      this.#giveUp = resolve;
    });
    this.lost = Promise.race([lost, destroyed]);
  }

  readonly noHalfPrecision = t`TensorFlow.js computes in single precision only`;

  measureGflops(): Promise<number> {
    return measureTraining();
  }

  checkSize(network: NetworkOptions): void {
    checkFloor(network, { totalBytes: MOST_BYTES }, network.training.batchSize);
  }

  /** Whole batches only. @throws EngineError `too-large`, even for smaller requests. */
  fitMicroBatches(groups: readonly SharedBatch[]): Fit {
    const networks = groups.flat();
    for (const network of networks) this.checkSize(network);
    const needs = networks.map((options) => {
      const { batchSize, microBatchSize, precision } = options.training;
      if (precision === 'half') throw halfPrecisionError(this.noHalfPrecision);
      if (typeof microBatchSize === 'number' && microBatchSize < batchSize) {
        throw new EngineError(
          'too-large',
          t`TensorFlow.js trains on whole batches here, not on micro-batches of ${microBatchSize}. Use a batch of ${microBatchSize}, or our WebGPU engine.`,
          'training.microBatchSize',
        );
      }
      return estimatedBytes(options);
    });
    const largest = Math.max(0, ...needs.map((bytes) => bytes.largest));
    if (largest > this.maxBufferBytes) {
      throw new EngineError(
        'too-large',
        t`One layer needs a tensor of ${largest} bytes; TensorFlow.js can hold ${this.maxBufferBytes} here, ${largest - this.maxBufferBytes} are missing. Use a smaller batch or narrower stages.`,
        'training.batchSize',
      );
    }
    const sizes = groups.map(([{ training }]) => training.batchSize);
    return { sizes, gpuBytes: needs.reduce((sum, { total }) => sum + total, 0) };
  }

  createDataset(count: number): TfjsDataset {
    return new TfjsDataset(count);
  }

  createBatch(shape: BatchShape): TfjsBatch {
    return new TfjsBatch(shape);
  }

  async createNetwork(options: NetworkOptions, batch: EngineBatch): Promise<TfjsNetwork> {
    const { microBatchSize = options.training.batchSize } = batch.shape;
    this.fitMicroBatches([[{ ...options, training: { ...options.training, microBatchSize } }]]);
    return new TfjsNetwork(options);
  }

  createStepper(batch: EngineBatch, networks: readonly EngineNetwork[]): TfjsStepper {
    return new TfjsStepper(ownBatch(batch), networks.map(ownNetwork));
  }

  async createEvaluator(network: EngineNetwork, batch: EngineBatch): Promise<TfjsEvaluator> {
    return new TfjsEvaluator(ownNetwork(network), ownBatch(batch));
  }

  async activations(
    { graph, normalization }: ActivationsOptions,
    weights: StateDict,
    images: readonly Uint8Array[],
  ): Promise<readonly Activations[]> {
    const batch = new TfjsBatch({ batchSize: 1, inputSize: graph.model.inputSize, normalization });
    const dataset = new TfjsDataset(images.length);
    const network = new TfjsNetwork({ graph, training: PROBE_TRAINING });
    const augment = { crop: false, flip: false };
    const all: Activations[] = [];
    try {
      network.load({ weights });
      for (const [start, pixels] of images.entries()) {
        dataset.append({ split: 'test', start, count: 1, pixels, labels: new Uint16Array(1) });
        const indices = Uint32Array.of(start);
        batch.gather({ dataset, indices, firstPosition: 0, augment, seed: 0 });
        all.push(await network.activations(batch.tensors.images));
      }
      return all;
    } finally {
      for (const part of [network, dataset, batch]) part.destroy();
    }
  }

  async createProbe(
    { graph }: Pick<NetworkOptions, 'graph'>,
    batch: EngineBatch,
  ): Promise<TfjsProbe> {
    return new TfjsProbe(new TfjsNetwork({ graph, training: PROBE_TRAINING }), ownBatch(batch));
  }

  destroy(): void {
    this.#close();
    this.#giveUp({ reason: 'destroyed', message: t`TensorFlow.js was stopped.` });
  }
}

/** A probe never takes a step. */
const PROBE_TRAINING: NetworkOptions['training'] = {
  seed: 0,
  batchSize: 1,
  labelSmoothing: 0,
  optimizer: { type: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 },
};

function ownBatch(batch: EngineBatch): TfjsBatch {
  if (batch instanceof TfjsBatch) return batch;
  throw new TypeError('a batch of another engine');
}

function ownNetwork(network: EngineNetwork): TfjsNetwork {
  if (network instanceof TfjsNetwork) return network;
  throw new TypeError('a network of another engine');
}
