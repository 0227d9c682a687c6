/** Holds the engine that trains, and replaces it: opens one, switches to another, recovers from a lost device. */
import { reasonOf } from '../data/dataError.ts';
import type { AdapterDescription, EngineDevice } from '../engine/api.ts';
import { ENGINE_MARKS, type EngineChoice, type EngineId } from '../engine/engineNames.ts';
import type { OpenEngine } from '../engine/engines.ts';
import type { Datasets } from './datasets.ts';
import { lossOf, noRecovery, unsupportedBy } from './deviceReports.ts';
import type { RunCommands } from './runCommands.ts';
import type { Trainer } from './trainer.ts';
import type { Tuning } from './tuning.ts';

/** A new device; of a GPU and the processor the faster one, but `before` unless the other is clearly faster. */
export type OpenEngineBy = (choice: EngineChoice, before: EngineId | null) => Promise<OpenEngine>;

const UNKNOWN_ADAPTER = { name: 'unknown', vendor: '', architecture: '', isSoftware: false };

const nameOf = ({ id }: OpenEngine): string => ENGINE_MARKS[id];

export class EngineHost {
  /** What to open. */
  choice: EngineChoice = 'automatic';
  /** What trained on the last visit; null: not known. */
  before: EngineId | null = null;
  /** The engine there is, or the last one. */
  adapter: AdapterDescription = UNKNOWN_ADAPTER;
  engine: EngineId | null = null;
  /** Set once the device is lost, until there is a new one. */
  lost: string | null = null;
  private opened: OpenEngine | null = null;

  /** Why there never was a device. */
  private unsupported: ReturnType<typeof unsupportedBy> | null = null;

  /** @param onLost called as soon as the device is lost; it is still there until `abandon`. */
  constructor(
    private readonly openEngine: OpenEngineBy,
    private readonly onLost: () => void,
    private readonly tuning: Tuning,
    private readonly trainer: Trainer,
    private readonly datasets: Datasets,
    private readonly commands: RunCommands,
  ) {}

  get device(): EngineDevice | null {
    return this.opened?.device ?? null;
  }

  /** The device; where there is none, says why and gives null. */
  deviceOrWhy(): EngineDevice | null {
    const { device, unsupported, trainer } = this;
    if (device === null) trainer.emit(unsupported ?? lossOf(trainer.runs.all, this.lost));
    return device;
  }

  /** Opens the engine chosen and tells of it, or why none runs here. @returns whether one does. */
  async open(): Promise<boolean> {
    try {
      await this.announce(await this.take(this.choice));
      this.unsupported = null;
      return true;
    } catch (error) {
      this.unsupported = unsupportedBy(error);
      this.trainer.emit(this.unsupported);
      return false;
    }
  }

  /**
   * Every run onto another engine, from its last snapshot; back onto the one before where the other does not run.
   * @returns why no engine is left; null: there is one.
   */
  async switchTo(engine: EngineId, before: EngineId): Promise<string | null> {
    this.leave();
    try {
      await this.announce(await this.settleOn(engine, nameOf));
      this.choice = engine;
      return null;
    } catch (error) {
      this.trainer.emit({ type: 'engineRefused', engine, message: reasonOf(error) });
      this.leave();
    }
    try {
      await this.settleOn(before, nameOf);
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** After a loss: a new device, and every image and run onto it. @returns why there is none; null: there is. */
  async recover(): Promise<string | null> {
    try {
      const { engine } = this;
      const opened = await this.settleOn(this.choice, ({ id }) =>
        id === engine ? 'new device' : ENGINE_MARKS[id],
      );
      if (opened.id !== engine) await this.announce(opened);
      return null;
    } catch (error) {
      return noRecovery(error);
    }
  }

  /** Frees the device and all that is on it. Runs keep their last snapshots. */
  leave(): void {
    const { device } = this;
    this.trainer.leaveDevice();
    this.datasets.detach();
    this.opened = null;
    device?.destroy();
  }

  /** The device is gone, with all that was on it. */
  abandon(message: string): void {
    this.lost = message;
    this.opened = null;
    this.trainer.abandonDevice();
    this.datasets.detach();
  }

  /** Opens an engine and puts the images onto it. @throws EngineError `no-webgpu`, `no-adapter`, `device-refused` */
  private async take(choice: EngineChoice): Promise<OpenEngine> {
    const opened = await this.openEngine(choice, this.engine ?? this.before);
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
   * @param name names the device on the charts.
   * @throws EngineError with the switch half done: `leave` or `abandon` the device then.
   */
  private async settleOn(
    choice: EngineChoice,
    name: (opened: OpenEngine) => string,
  ): Promise<OpenEngine> {
    const opened = await this.take(choice);
    await this.commands.reattach(opened.device, name(opened));
    return opened;
  }

  /** Measures the engine, which takes about half a second, and tells of it. */
  private async announce(opened: OpenEngine): Promise<void> {
    const { id: engine, device, passedOver, compared = null } = opened;
    const gflops = opened.gflops ?? (await device.measureGflops());
    const { adapter, maxBufferBytes, noHalfPrecision, arithmetics = [], remark = null } = device;
    this.tuning.gflops = gflops;
    this.trainer.emit({
      type: 'ready',
      ...{ engine, passedOver, compared, adapter, gflops, maxBufferBytes },
      ...{ noHalfPrecision, arithmetics, remark },
    });
  }
}
