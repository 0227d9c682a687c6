/** A session in Node, for tests; on a shared device unless it asks for one of its own. */
import type { Source } from '../../data/types.ts';
import type { EngineDevice } from '../../engine/api.ts';
import { CpuDevice } from '../../engine/cpu/cpuDevice.ts';
import { measureTraining } from '../../engine/measureTraining.ts';
import type { EngineChoice, EngineId } from '../../engine/engineNames.ts';
import type { OpenEngine } from '../../engine/engines.ts';
import { EngineError } from '../../engine/errors.ts';
import { atFileEnd } from '../../engine/testing/fileEnd.ts';
import { ownGpu, testGpu } from '../../engine/testing/sharedGpu.ts';
import { openWasm } from '../../engine/tfjs/backends/wasm.ts';
import { TfjsDevice } from '../../engine/tfjs/tfjsDevice.ts';
import type { Gpu } from '../../engine/webgpu/device.ts';
import { WebGpuDevice } from '../../engine/webgpu/webGpuDevice.ts';
import { type RunConfig, type RunConfigInput, runConfigSchema } from '../../model/config.ts';
import { DEFAULT_EXPORT } from '../../weights/formats/registry.ts';
import type { KeeperDeps } from '../checkpointKeeper.ts';
import type { Command } from '../protocol/commands.ts';
import type { TrainingEvent } from '../protocol/events.ts';
import { TrainingSession } from '../trainingSession.ts';

type EventOf<T extends TrainingEvent['type']> = Extract<TrainingEvent, { type: T }>;

/** Never times kernels: on a busy machine each session would choose other ones, and get other last bits. */
const deviceOn = (gpu: Gpu): WebGpuDevice => {
  // Adapters without half precision get the same numbers in float32.
  const traits = { halfStorage: 'rounded', ...gpu.traits } as const;
  const device = new WebGpuDevice({ ...gpu, traits });
  const tune = device.tune.bind(device);
  device.tune = (networks, options) => tune(networks, { ...options, budgetMs: 0 });
  return device;
};

/** @param isOwn for tests that lose it. */
async function webGpuDevice(isOwn: boolean): Promise<WebGpuDevice> {
  if (isOwn) return deviceOn(await ownGpu());
  const device = deviceOn(await testGpu());
  // A session that changes its engine destroys the device that it leaves.
  device.destroy = () => {};
  return device;
}

function cpuDevice(): CpuDevice {
  // The tests' networks are so small that other threads would only cost time.
  const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
  device.measureGflops = () => measureTraining(device, 10);
  return device;
}

/** The engines of Node. */
const ENGINES: Partial<Record<EngineChoice, (isOwn: boolean) => Promise<EngineDevice>>> = {
  cpu: async () => cpuDevice(),
  webgpu: webGpuDevice,
  'tfjs-wasm': async () => new TfjsDevice(await openWasm(null)),
};

interface HarnessOptions {
  /** What is opened where none is chosen; of several one after the other. */
  readonly engine?: EngineId | readonly EngineId[];
  /** For tests that lose the device. */
  readonly isDeviceOwn?: boolean;
  /** In place of the CPU engine's. */
  readonly openCpu?: () => EngineDevice;
  /** Where checkpoints are kept. */
  readonly keeper?: KeeperDeps;
  /** In place of the page's own. */
  readonly sources?: readonly Source[];
}

/** Sends commands as the page would and keeps all that comes back. */
export class SessionHarness {
  readonly events: TrainingEvent[] = [];
  private waiting: (() => void)[] = [];
  private readonly session: TrainingSession;

  constructor({
    engine = 'cpu',
    isDeviceOwn = false,
    openCpu,
    keeper,
    sources,
  }: HarnessOptions = {}) {
    const engines = [engine].flat();
    const automatic = () => (engines.length > 1 ? engines.shift() : engines[0]) ?? 'cpu';
    const openEngine = async (choice: EngineChoice): Promise<OpenEngine> => {
      const id = choice === 'automatic' ? automatic() : choice;
      if (id === 'cpu' && openCpu !== undefined) return { id, device: openCpu(), passedOver: [] };
      const device = await ENGINES[id]?.(isDeviceOwn);
      if (device === undefined) throw new EngineError('no-adapter', 'Not in Node.');
      return { id, device, passedOver: [] };
    };
    this.session = new TrainingSession({
      emit: (event) => {
        this.events.push(event);
        const checks = this.waiting;
        this.waiting = [];
        for (const check of checks) check();
      },
      openEngine,
      ...(keeper === undefined ? {} : { keeper }),
      ...(sources === undefined ? {} : { data: { sources } }),
    });
    void this.session.serve();
    // What a test left training would slow down the files after it.
    atFileEnd(() => void this.send({ type: 'pause' }));
  }

  /** @returns how many events there were before: where to look for the answer from. */
  send(...commands: Command[]): number {
    const before = this.events.length;
    for (const command of commands) this.session.handle(structuredClone(command));
    return before;
  }

  of<T extends TrainingEvent['type']>(type: T, from = 0): EventOf<T>[] {
    return this.events.slice(from).filter((event): event is EventOf<T> => event.type === type);
  }

  /** The first event from `from` on that fits. Rejects when the session fails before. */
  async until<T extends TrainingEvent['type']>(
    type: T,
    from = 0,
    fits: (event: EventOf<T>) => boolean = () => true,
  ): Promise<EventOf<T>> {
    for (;;) {
      const found = this.of(type, from).find(fits);
      if (found !== undefined) return found;
      const [failed] = this.of('failed', from);
      if (failed !== undefined) throw new Error(failed.message);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Resolves when every image is there. */
  async untilImagesArrived(): Promise<void> {
    await this.until('data', 0, ({ progress }) => progress.done);
  }

  /** Sends commands and waits until the session is paused behind them. */
  async untilPaused(...commands: Command[]): Promise<void> {
    const from = this.send(...commands);
    const training = await this.until('state', from, ({ state }) => state === 'training');
    const behind = this.events.indexOf(training);
    await this.until('state', behind, ({ state }) => state === 'paused');
  }

  /** Sends commands while training and waits until the session is paused behind them. */
  async untilPausedNow(...commands: Command[]): Promise<void> {
    const from = this.send(...commands);
    await this.until('state', from, ({ state }) => state === 'paused');
  }

  /** Losses of a run, by step, from event `from` on. */
  losses(id: string, from = 0): Map<number, number> {
    const losses = new Map<number, number>();
    for (const { batch } of this.of('metrics', from)) {
      if (batch.id !== id) continue;
      for (const [i, step] of batch.step.entries()) losses.set(step, batch.loss[i] ?? Number.NaN);
    }
    return losses;
  }

  /** A run as a checkpoint file. */
  async runFile(id: string): Promise<ArrayBuffer> {
    const file = await this.session.saveRun(id);
    if (file === null) throw new Error(`${id} has nothing to save`);
    return file;
  }

  /** Has a checkpoint of this moment kept. */
  keepNow(): Promise<boolean> {
    return this.session.keepNow();
  }

  /** Exports a run's weights. */
  async weights(id: string): Promise<Uint8Array> {
    const from = this.send({ type: 'exportWeights', id, choice: DEFAULT_EXPORT });
    const { bytes } = await this.until('weights', from);
    return new Uint8Array(bytes);
  }
}

/** A network small enough for any engine, on 250 synthetic images. */
export function tinyConfig(
  input: Pick<RunConfigInput, 'model' | 'training' | 'data'> = {},
): RunConfig {
  return runConfigSchema.parse({
    version: 1,
    model: { stageDepths: [1, 1], stageWidths: [4, 8], inputSize: 8, ...input.model },
    training: { batchSize: 8, steps: 1000, ...input.training },
    data: { source: 'synthetic', train: 250, test: 50, ...input.data },
  });
}
