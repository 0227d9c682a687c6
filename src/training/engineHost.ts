/** The engine that trains, and with it all that lies on its device: opened, left for another, lost. */
import type { AdapterDescription, EngineDevice } from '../engine/api.ts';
import { ENGINE_NAMES, type EngineChoice, type EngineId } from '../engine/engineNames.ts';
import type { OpenEngine } from '../engine/engines.ts';
import type { Datasets } from './datasets.ts';
import type { RunCommands } from './runCommands.ts';
import type { TrainingEvent } from './protocol.ts';
import type { Trainer } from './trainer.ts';

const UNKNOWN_ADAPTER = { name: 'unknown', vendor: '', architecture: '', isSoftware: false };

export class EngineHost {
  /** What to open; set by who decides. */
  choice: EngineChoice = 'automatic';
  /** The engine there is, or the last one. */
  adapter: AdapterDescription = UNKNOWN_ADAPTER;
  engine: EngineId | null = null;
  /** Set once the device is lost, until there is a new one. */
  lost: string | null = null;
  private opened: OpenEngine | null = null;

  /** @param onLost called as soon as the device is lost; it is still there until `abandon`. */
  constructor(
    private readonly openEngine: (choice: EngineChoice) => Promise<OpenEngine>,
    private readonly onLost: () => void,
    private readonly trainer: Trainer,
    private readonly datasets: Datasets,
    private readonly commands: RunCommands,
  ) {}

  get device(): EngineDevice | null {
    return this.opened?.device ?? null;
  }

  /** Opens an engine and puts the images onto it. @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  async take(choice: EngineChoice): Promise<OpenEngine> {
    const opened = await this.openEngine(choice);
    this.opened = opened;
    this.adapter = opened.device.adapter;
    this.engine = opened.id;
    this.lost = null;
    this.datasets.attach(opened.device);
    opened.device.lost.then(({ message }) => {
      if (this.opened !== opened) return;
      this.lost = message;
      this.onLost();
    });
    return opened;
  }

  /**
   * Opens an engine and puts images and runs onto it, from their last snapshots.
   * @param what it is, for the charts; null: its name.
   * @throws EngineError, which may leave it half done: `leave` or `abandon` it then.
   */
  async settleOn(choice: EngineChoice, what: string | null): Promise<OpenEngine> {
    const opened = await this.take(choice);
    await this.commands.reattach(opened.device, what ?? ENGINE_NAMES[opened.id]);
    return opened;
  }

  /** Gives the device back, and all that was on it. Runs keep their last snapshots. */
  leave(): void {
    const { device } = this;
    this.trainer.leaveDevice();
    this.datasets.detach();
    this.opened = null;
    device?.destroy();
  }

  /** The device is gone, and all that was on it. */
  abandon(message: string): void {
    this.lost = message;
    this.opened = null;
    this.trainer.abandonDevice();
    this.datasets.detach();
  }
}

/** Measures the engine, which takes about half a second, and tells of it. */
export async function readyEvent(
  opened: OpenEngine,
): Promise<Extract<TrainingEvent, { type: 'ready' }>> {
  const { id: engine, device, passedOver } = opened;
  const gflops = await device.measureGflops();
  const { adapter, maxBufferBytes, noHalfPrecision } = device;
  return {
    type: 'ready',
    ...{ engine, passedOver, adapter, gflops, maxBufferBytes, noHalfPrecision },
  };
}
