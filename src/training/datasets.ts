/** The datasets of all runs: opened when first needed, kept as long as a run uses them. */
import type { DatasetDeps } from '../data/dataset.ts';
import { cachedBytes, deleteCached } from '../data/imageCache.ts';
import type { EngineDevice } from '../engine/api.ts';
import type { DataConfig, RunConfig } from '../model/config.ts';
import { datasetKey } from './grouping.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { type DataListener, TrainingData } from './trainingData.ts';

interface Configured {
  readonly config: RunConfig;
}

export class Datasets {
  /** The page's address, against which the mirror is found. */
  baseUrl: string | null = null;
  private readonly byKey = new Map<string, TrainingData>();
  /** The dataset that was asked for by name; it stays open although no run uses it yet. */
  private loadedKey: string | null = null;
  private device: EngineDevice | null = null;
  private cachedBytes = 0;

  /** Datasets opened anew in place of those of the same keys, which only stand in for them. */
  private readonly found = new Map<string, TrainingData>();

  /**
   * @param onArrival called with every change, failures included.
   * @param onFound called when what others stand in for can be reached again: `takeFound` takes it.
   */
  constructor(
    private readonly deps: Omit<DatasetDeps, 'baseUrl'>,
    private readonly emit: (event: TrainingEvent) => void,
    private readonly onArrival: () => void,
    private readonly onFound: () => void = () => undefined,
  ) {}

  /** Opens the dataset unless it is open, and resumes it if it had failed. Returns at once. */
  load(config: DataConfig, seed: number): TrainingData {
    const data = this.of(config, seed);
    if (data.failure !== null || !data.started) data.load();
    return data;
  }

  /** Loads the datasets of these runs. */
  loadFor(runs: readonly Configured[]): void {
    for (const { config } of runs) {
      const data = this.load(config.data, config.training.seed);
      data.limitClasses(Math.min(data.classes, config.model.classes));
    }
  }

  /**
   * Loads a dataset and keeps it for runs still to be made. Where others stand in for it, it is tried again: they stay
   * until `takeFound`.
   */
  keep(config: DataConfig, seed: number): void {
    const key = datasetKey(config, seed);
    this.loadedKey = key;
    const data = this.load(config, seed);
    if (!data.isStandIn || this.found.has(key)) return;
    const again = new TrainingData(
      { ...config, seed },
      { ...this.deps, baseUrl: this.baseUrl },
      {
        onChange: (changed) => this.foundAgain(key, changed),
        onFailure: (message) => {
          this.forgetFound(key);
          this.listener.onFailure(message);
        },
      },
    );
    again.limitClasses(data.classes);
    this.found.set(key, again);
    again.load();
    this.report(data);
  }

  /**
   * What was found takes the place of its stand-ins, unless one of these runs has trained on them.
   * @returns the runs whose images are others now.
   */
  takeFound<R extends Configured & { readonly hasTrained: boolean }>(runs: readonly R[]): R[] {
    const keyOf = ({ config }: R) => datasetKey(config.data, config.training.seed);
    const used = new Set(runs.filter(({ hasTrained }) => hasTrained).map(keyOf));
    const taken = new Set<string>();
    for (const [key, data] of this.found) {
      if (data.info === null || used.has(key)) continue;
      this.found.delete(key);
      this.byKey.get(key)?.close();
      this.byKey.set(key, data);
      if (this.device !== null) data.attach(this.device);
      this.report(data);
      taken.add(key);
    }
    return runs.filter((run) => taken.has(keyOf(run)));
  }

  /** The dataset, not opened. */
  of(config: DataConfig, seed: number): TrainingData {
    const key = datasetKey(config, seed);
    let data = this.byKey.get(key);
    if (data === undefined) {
      data = new TrainingData(
        { ...config, seed },
        { ...this.deps, baseUrl: this.baseUrl },
        this.listener,
      );
      if (this.device !== null) data.attach(this.device);
      this.byKey.set(key, data);
    }
    return data;
  }

  /** The dataset of a run, not opened. */
  ofRun({ config: { data, training } }: Configured): TrainingData {
    return this.of(data, training.seed);
  }

  /** Closes the datasets that none of these runs uses. */
  retainFor(runs: readonly Configured[]): void {
    const classes = new Map<string, number>();
    for (const { config } of runs) {
      const key = datasetKey(config.data, config.training.seed);
      classes.set(
        key,
        Math.min(config.model.classes, classes.get(key) ?? Number.POSITIVE_INFINITY),
      );
    }
    for (const [key, data] of this.byKey) {
      data.limitClasses(classes.get(key) ?? Number.POSITIVE_INFINITY);
      if (classes.has(key) || key === this.loadedKey) continue;
      data.close();
      this.byKey.delete(key);
      this.forgetFound(key);
    }
  }

  /** Forgets failed datasets, so that the next `load` may take another source. */
  dropFailed(): void {
    for (const [key, data] of this.byKey) {
      if (data.failure === null) continue;
      data.close();
      this.byKey.delete(key);
    }
  }

  attach(device: EngineDevice): void {
    this.device = device;
    for (const data of this.byKey.values()) data.attach(device);
  }

  detach(): void {
    this.device = null;
    for (const data of this.byKey.values()) data.detach();
  }

  /** Deletes the images kept in the browser; those in memory stay until the page closes. */
  async deleteKept(): Promise<void> {
    await deleteCached(this.deps.cache ?? null);
    await this.refreshCachedBytes();
    for (const data of this.byKey.values()) this.report(data);
  }

  private readonly listener: DataListener = {
    onChange: (data) => {
      this.report(data);
      this.onArrival();
      if (data.progress.done) {
        this.refreshCachedBytes().then(
          () => this.report(data),
          () => undefined,
        );
      }
    },
    onFailure: (message) => {
      this.emit({ type: 'dataFailed', message });
      this.onArrival();
    },
  };

  private foundAgain(key: string, data: TrainingData): void {
    const before = this.byKey.get(key);
    if (before === data) {
      // Already taken.
      this.listener.onChange(data);
      return;
    }
    if (data.isStandIn) this.forgetFound(key);
    else if (data.arrived('train') === 0) this.onFound();
    if (before !== undefined) {
      // What could not be reached, or why, may have changed.
      if (data.isStandIn) before.info = data.info;
      this.report(before);
    }
  }

  private forgetFound(key: string): void {
    this.found.get(key)?.close();
    this.found.delete(key);
  }

  private async refreshCachedBytes(): Promise<void> {
    this.cachedBytes = await cachedBytes(this.deps.cache ?? null);
  }

  private report(data: TrainingData): void {
    const { info, progress } = data;
    if (info === null) return;
    const [key] = [...this.byKey].find(([, other]) => other === data) ?? [];
    const found = key === undefined ? undefined : this.found.get(key);
    const again = found === undefined ? null : found.info === null ? 'asked' : 'found';
    this.emit({ type: 'data', info, progress, cachedBytes: this.cachedBytes, again });
  }
}
