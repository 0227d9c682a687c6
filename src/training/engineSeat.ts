/** The engine that trains: opened, left for another, lost. */
import type { AdapterDescription, EngineDevice } from '../engine/api.ts';
import type { EngineChoice, EngineId } from '../engine/engineNames.ts';
import type { OpenEngine } from '../engine/engines.ts';
import type { TrainingEvent } from './protocol.ts';

const UNKNOWN_ADAPTER = { name: 'unknown', vendor: '', architecture: '', isSoftware: false };

export class EngineSeat {
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
  ) {}

  get device(): EngineDevice | null {
    return this.opened?.device ?? null;
  }

  /** @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  async take(choice: EngineChoice): Promise<OpenEngine> {
    const opened = await this.openEngine(choice);
    this.opened = opened;
    this.adapter = opened.device.adapter;
    this.engine = opened.id;
    this.lost = null;
    opened.device.lost.then(({ message }) => {
      if (this.opened !== opened) return;
      this.lost = message;
      this.onLost();
    });
    return opened;
  }

  /** The device is gone. */
  abandon(message: string): void {
    this.lost = message;
    this.opened = null;
  }

  /** Gives the device back; all that was on it must be freed. */
  leave(): void {
    const device = this.device;
    this.opened = null;
    device?.destroy();
  }
}

/** Measures the engine, which takes about half a second, and tells of it. */
export async function readyEvent(opened: OpenEngine): Promise<TrainingEvent> {
  const { id: engine, device, passedOver } = opened;
  const gflops = await device.measureGflops();
  const { adapter, maxBufferBytes } = device;
  return { type: 'ready', engine, passedOver, adapter, gflops, maxBufferBytes };
}
