/** Our own engine as an `EngineDevice`: a WebGPU device and what is made on it. */
import { loadChunk } from '../../chunk.ts';
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
  KernelChoices,
  NetworkOptions,
  ProbeOptions,
  SharedBatch,
  TuningOptions,
} from '../api.ts';
import { checkFloor, memoryFloor } from '../plan/memoryFloor.ts';
import { fitMicroBatches, microBatchOf } from '../plan/microBatches.ts';
import type { Profile } from '../profile.ts';
import { readActivations } from './activations.ts';
import { Batch } from './batch.ts';
import { DatasetBuffers } from './datasetBuffers.ts';
import type { Gpu } from './device.ts';
import { Evaluator } from './evaluator.ts';
import { NO_SHADER_F16 } from './lowering/lowering.ts';
import { lowerTraining, type TrainingOptions } from './lowering/program.ts';
import { measureAdapter } from './measure.ts';
import { Network } from './network.ts';
import { Probe } from './probe.ts';
import { Stepper } from './stepper.ts';
import { readKernelCode } from './tuner/kernelCode.ts';
import { tunedChoices } from './tuner/tuner.ts';

export class WebGpuDevice implements EngineDevice {
  constructor(readonly gpu: Gpu) {}

  get adapter(): AdapterDescription {
    return this.gpu.adapter;
  }

  get lost(): Gpu['lost'] {
    return this.gpu.lost;
  }

  get maxBufferBytes(): number {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.gpu.device.limits;
    return Math.min(maxBufferSize, maxStorageBufferBindingSize);
  }

  get noHalfPrecision(): string | null {
    return this.gpu.traits.halfStorage === undefined ? NO_SHADER_F16 : null;
  }

  measureGflops(budgetMs?: number): Promise<number> {
    return measureAdapter(this.gpu, budgetMs);
  }

  checkSize(network: NetworkOptions): void {
    checkFloor(network, { weightBytes: this.maxBufferBytes });
  }

  fitMicroBatches(groups: readonly SharedBatch[], totalBytes = Number.POSITIVE_INFINITY): Fit {
    const limits = { bufferBytes: this.maxBufferBytes, totalBytes };
    for (const network of groups.flat()) this.checkSize(network);
    const planned = (network: NetworkOptions) => lowerTraining(this.#here(network)).summary;
    const least = (network: NetworkOptions) => ({
      gpuBytes: memoryFloor(network, microBatchOf(network)).totalBytes,
      largestBufferBytes: 0,
    });
    return fitMicroBatches(groups, limits, planned, least);
  }

  tune(networks: readonly NetworkOptions[], options: TuningOptions): Promise<KernelChoices> {
    return tunedChoices(
      this.gpu,
      networks.map((network) => lowerTraining(this.#here(network))),
      options,
    );
  }

  choicesFromCode(network: NetworkOptions, kernelCode: string): KernelChoices | null {
    return readKernelCode(lowerTraining(this.#here(network)).tunables, kernelCode);
  }

  createDataset(count: number): DatasetBuffers {
    return new DatasetBuffers(this.gpu, count);
  }

  createBatch(shape: BatchShape): Batch {
    return new Batch(this.gpu, shape);
  }

  createNetwork(options: NetworkOptions, batch: EngineBatch): Promise<Network> {
    return Network.create(this.gpu, options, ownBatch(batch));
  }

  createStepper(batch: EngineBatch, networks: readonly EngineNetwork[]): Stepper {
    return new Stepper(this.gpu, ownBatch(batch), networks.map(ownNetwork));
  }

  createEvaluator(network: EngineNetwork, batch: EngineBatch): Promise<Evaluator> {
    return Evaluator.create(this.gpu, ownNetwork(network), ownBatch(batch));
  }

  createProbe(
    { graph, kernelChoices = {}, precision: wanted = 'single' }: ProbeOptions,
    batch: EngineBatch,
  ): Promise<Probe> {
    const precision = this.noHalfPrecision === null ? wanted : 'single';
    return Probe.create(this.gpu, { graph, kernelChoices, precision }, ownBatch(batch));
  }

  async profile(network: EngineNetwork, signal: AbortSignal): Promise<Profile> {
    const { profileNetwork } = await loadChunk(() => import('./profiler/profileNetwork.ts'));
    return profileNetwork(this.gpu, ownNetwork(network).options, { signal });
  }

  activations(
    options: ActivationsOptions,
    weights: StateDict,
    images: readonly Uint8Array[],
  ): Promise<readonly Activations[]> {
    return readActivations(this.gpu, options, weights, images);
  }

  /** `network` with this adapter's traits. */
  #here(network: NetworkOptions): TrainingOptions {
    return { ...network, traits: this.gpu.traits };
  }

  destroy(): void {
    this.gpu.device.destroy();
  }
}

function ownBatch(batch: EngineBatch): Batch {
  if (batch instanceof Batch) return batch;
  throw new TypeError('a batch of another engine');
}

function ownNetwork(network: EngineNetwork): Network {
  if (network instanceof Network) return network;
  throw new TypeError('a network of another engine');
}
