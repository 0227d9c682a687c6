/** The processor as an `EngineDevice`: WebAssembly SIMD on as many threads as it is given. */
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
  NetworkOptions,
  ProbeOptions,
  SharedBatch,
} from '../api.ts';
import { EngineError, fastArithmeticError, halfPrecisionError } from '../errors.ts';
import type { Profile } from '../profile.ts';
import { checkFloor, memoryFloor } from '../plan/memoryFloor.ts';
import { fitMicroBatches, microBatchOf } from '../plan/microBatches.ts';
import { supportsFast } from './arithmetic.ts';
import { CpuBatch } from './batch.ts';
import { CpuDataset } from './dataset.ts';
import { CpuEvaluator, CpuProbe } from './evaluator.ts';
import type { Arithmetic } from './kernels/kernel.ts';
import { measureTraining } from '../measureTraining.ts';
import { CpuNetwork, planNetwork } from './network.ts';
import { MOST_BYTES, programBytes } from './program.ts';
import { CpuStepper } from './stepper.ts';
import { MOST_THREADS } from './threads/mostThreads.ts';
import { ThreadPool } from './threads/pool.ts';
import type { Thread } from './threads/thread.ts';
import { t } from '../../text/t.ts';

interface CpuOptions {
  /** Threads besides the one that calls; none where memory can't be shared. */
  readonly workers: readonly Thread[];
  /** Of the runs that leave it to the engine. */
  readonly arithmetic: Arithmetic;
  /** `EngineDevice.remark` */
  readonly remark?: string | undefined;
}

type Loss = Awaited<EngineDevice['lost']>;

export class CpuDevice implements EngineDevice {
  readonly arithmetics: readonly Arithmetic[] = supportsFast() ? ['exact', 'fast'] : ['exact'];
  readonly adapter: AdapterDescription;
  readonly maxBufferBytes = MOST_BYTES;
  readonly isBusyInCalls = true;
  readonly noHalfPrecision = t`The processor’s kernels compute in single precision only`;
  readonly remark: string | undefined;
  readonly lost: Promise<Loss>;
  readonly #arithmetic: Arithmetic;
  readonly #pool: ThreadPool;
  #lose: (loss: Loss) => void = () => undefined;

  constructor({ workers, arithmetic, remark }: CpuOptions) {
    this.remark = remark;
    this.#arithmetic = arithmetic;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#pool = new ThreadPool(workers, (message) => this.#report(message));
    const { threads } = this.#pool;
    const name = `processor, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    this.adapter = { name, vendor: '', architecture: 'WebAssembly SIMD', isSoftware: true };
  }

  get threads(): number {
    return this.#pool.threads;
  }

  measureGflops(budgetMs?: number): Promise<number> {
    return measureTraining(this, budgetMs);
  }

  checkSize(network: NetworkOptions): void {
    checkFloor(network, { totalBytes: MOST_BYTES });
  }

  fitMicroBatches(groups: readonly SharedBatch[], totalBytes = Number.POSITIVE_INFINITY): Fit {
    for (const { training } of groups.flat()) {
      if (training.precision === 'half') throw halfPrecisionError(this.noHalfPrecision);
    }
    for (const network of groups.flat()) this.checkSize(network);
    const planned = (network: NetworkOptions) => {
      const { program } = planNetwork(network, this.#arithmeticOf(network));
      // Not this device's number of threads: micro-batches, and with them the bits, must not depend on it.
      const bytes = programBytes(program, MOST_THREADS);
      return { gpuBytes: bytes, largestBufferBytes: bytes };
    };
    const least = (network: NetworkOptions) => {
      const { totalBytes: bytes } = memoryFloor(network, microBatchOf(network));
      return { gpuBytes: bytes, largestBufferBytes: bytes };
    };
    return fitMicroBatches(groups, { bufferBytes: MOST_BYTES, totalBytes }, planned, least);
  }

  createDataset(count: number): CpuDataset {
    return new CpuDataset(count);
  }

  createBatch(shape: BatchShape): CpuBatch {
    return new CpuBatch(shape);
  }

  createNetwork(options: NetworkOptions, batch: EngineBatch): Promise<CpuNetwork> {
    if (options.training.precision === 'half') throw halfPrecisionError(this.noHalfPrecision);
    return CpuNetwork.create(options, this.#arithmeticOf(options), ownBatch(batch), this.#pool);
  }

  createStepper(batch: EngineBatch, networks: readonly EngineNetwork[]): CpuStepper {
    return new CpuStepper(ownBatch(batch), networks.map(ownNetwork), (error) =>
      this.#report(error),
    );
  }

  createEvaluator(network: EngineNetwork, batch: EngineBatch): Promise<CpuEvaluator> {
    const report = (error: unknown) => this.#report(error);
    return CpuEvaluator.create(ownNetwork(network), ownBatch(batch), this.#pool, report);
  }

  createProbe(options: ProbeOptions, batch: EngineBatch): Promise<CpuProbe> {
    const report = (error: unknown) => this.#report(error);
    const arithmetic = this.#arithmeticOf(options);
    return CpuProbe.create(options.graph, ownBatch(batch), arithmetic, this.#pool, report);
  }

  async activations(
    options: ActivationsOptions,
    weights: StateDict,
    images: readonly Uint8Array[],
  ): Promise<readonly Activations[]> {
    const { readActivations } = await loadChunk(() => import('./activations.ts'));
    const arithmetic = this.#arithmeticOf(options);
    return this.#reported(readActivations(options, weights, images, arithmetic, this.#pool));
  }

  async profile(network: EngineNetwork, signal: AbortSignal): Promise<Profile> {
    const { profileNetwork } = await loadChunk(() => import('./profiler/profileNetwork.ts'));
    const { options, arithmetic } = ownNetwork(network);
    const { adapter } = this;
    const how = { adapter: adapter.name, arithmetic, pool: this.#pool, signal };
    return this.#reported(profileNetwork(options, how), signal);
  }

  destroy(): void {
    this.#pool.destroy();
    this.#lose({ reason: 'destroyed', message: t`The processor’s threads were stopped.` });
  }

  /** As the config says, else as the run was computed before, else the device's own. @throws EngineError `unsupported`. */
  #arithmeticOf({ training, kernelChoices }: Partial<NetworkOptions>): Arithmetic {
    const wanted = training?.arithmetic ?? 'auto';
    const found = this.arithmetics.find((known) =>
      wanted === 'auto' ? known === kernelChoices?.arithmetic : known === wanted,
    );
    if (found === undefined && wanted === 'fast') throw fastArithmeticError();
    return found ?? this.#arithmetic;
  }

  /** Reports what makes `work` fail, unless it was refused or aborted. */
  #reported<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    return work.catch((error: unknown) => {
      throw error instanceof EngineError || signal?.aborted ? error : this.#report(error);
    });
  }

  /** A kernel or a thread has failed: the device is lost. */
  #report(error: unknown): EngineError {
    const cause = error instanceof Error ? error.message : String(error);
    const message = t`The processor’s kernels stopped: ${cause}.`;
    this.#pool.destroy();
    this.#lose({ reason: 'unknown', message });
    return new EngineError('device-lost', message);
  }
}

function ownBatch(batch: EngineBatch): CpuBatch {
  if (batch instanceof CpuBatch) return batch;
  throw new TypeError('a batch of another engine');
}

function ownNetwork(network: EngineNetwork): CpuNetwork {
  if (network instanceof CpuNetwork) return network;
  throw new TypeError('a network of another engine');
}
