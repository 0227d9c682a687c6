/** The runs on the device: their batches, and the groups in which they advance. */
import type {
  BatchShape,
  EngineBatch,
  EngineDevice,
  EngineEvaluator,
  NetworkOptions,
} from '../engine/api.ts';
import { withMicroBatches } from '../engine/withMicroBatches.ts';
import type { RunConfig } from '../model/config.ts';
import type { LayerGraph } from '../model/graph.ts';
import { shapeKey, testShapeOf, trainingShapeOf } from './batchShapes.ts';
import { groupRuns, sharingBatches } from './grouping.ts';
import type { RunImages } from './images.ts';
import { LockstepGroup } from './lockstepGroup.ts';
import type { Histories } from './replay.ts';
import type { Run } from './run.ts';
import type { RunId } from './runIdentity.ts';

type Placed = Pick<Run, 'graph' | 'config' | 'microBatchSize' | 'step'>;

/** As the run is on the device. */
const fixedOptionsOf = ({
  graph,
  config: { training },
  microBatchSize,
}: Placed): NetworkOptions => ({
  graph,
  training: microBatchSize === null ? training : { ...training, microBatchSize },
});

/** Micro-batches of a run that has begun stay as they are. */
const optionsOf = (run: Placed): NetworkOptions =>
  run.step > 0 ? fixedOptionsOf(run) : { graph: run.graph, training: run.config.training };

export class RunSet {
  groups: LockstepGroup[] = [];
  private readonly runs = new Map<RunId, Run>();
  /** Batches by shape. Groups and tests fill a batch for each use, so one of each shape is enough. */
  private readonly batches = new Map<string, EngineBatch>();
  /** The runs' histories by run id. */
  readonly histories: Histories = {
    get: (id) => this.runs.get(id)?.history,
    set: (id, history) => {
      const run = this.runs.get(id);
      if (run !== undefined) run.history = history;
    },
  };

  /** @param deviceBytes that all networks together may take. */
  constructor(
    private readonly imagesOf: (run: Run) => RunImages,
    private readonly deviceBytes: number = Infinity,
  ) {}

  get all(): Run[] {
    return [...this.runs.values()];
  }

  /** Those that train. */
  get live(): Run[] {
    return this.all.filter(({ status }) => status === 'live');
  }

  get(id: RunId): Run | undefined {
    return this.runs.get(id);
  }

  /**
   * Compiles a run and puts it onto the device; milliseconds.
   * @param microBatchSize left out: the one it had.
   * @throws EngineError
   */
  async attach(
    device: EngineDevice,
    run: Run,
    microBatchSize = run.microBatchSize,
  ): Promise<number> {
    const startMs = performance.now();
    const shape = trainingShapeOf({ config: run.config, microBatchSize });
    await run.attach(device, this.batch(device, shape));
    return performance.now() - startMs;
  }

  /**
   * Puts onto the device what is not there yet, in micro-batches that fit beside everything else. Runs that share
   * batches share micro-batches; those that have begun keep theirs, others may get smaller ones.
   * @returns milliseconds of each run that was put there.
   * @throws EngineError, ConfigError; runs that are new are then off the device again.
   */
  attachAll(device: EngineDevice, runs: readonly Run[]): Promise<Map<Run, number>> {
    const groups = sharingBatches(runs);
    const isHere = (run: Run) => this.runs.get(run.id) === run;
    const networks = groups.map(
      ([first, ...others]) => [optionsOf(first), ...others.map(optionsOf)] as const,
    );
    const attach = async (sizes: readonly number[]) => {
      const attached = new Map<Run, number>();
      try {
        for (const [i, group] of groups.entries()) {
          const size = sizes[i];
          if (size === undefined) throw new Error('a group without micro-batches');
          for (const run of group) {
            if (isHere(run) && run.microBatchSize === size) continue;
            attached.set(run, await this.attach(device, run, size));
          }
        }
        return attached;
      } catch (error) {
        for (const run of runs) if (!isHere(run)) run.detach();
        throw error;
      }
    };
    return withMicroBatches(device, networks, attach, this.deviceBytes);
  }

  /** Switches a run to another model, keeping its weights. @throws EngineError, nothing having changed */
  async rebuild(
    device: EngineDevice,
    run: Run,
    config: RunConfig,
    graph: LayerGraph,
  ): Promise<void> {
    const { microBatchSize } = run;
    const others = this.all.filter((other) => other !== run);
    const all = [...others, { graph, config, microBatchSize, step: run.step }];
    device.fitMicroBatches(
      all.map((one) => [fixedOptionsOf(one)]),
      this.deviceBytes,
    );
    const shape = trainingShapeOf({ config, microBatchSize });
    await run.rebuild(device, this.batch(device, shape), config, graph);
  }

  /** Exactly these runs from now on, all of them attached. Others are dropped. */
  replace(runs: readonly Run[]): void {
    for (const run of this.all) if (!runs.includes(run)) run.release();
    this.runs.clear();
    for (const run of runs) this.runs.set(run.id, run);
    const used = new Set(
      runs.flatMap((run) => [trainingShapeOf(run), testShapeOf(run)].map(shapeKey)),
    );
    for (const [key, batch] of this.batches) {
      if (used.has(key)) continue;
      batch.destroy();
      this.batches.delete(key);
    }
  }

  /** Forms the groups again after runs have changed; no step may be under way. */
  regroup(device: EngineDevice): void {
    for (const group of this.groups) group.release();
    this.groups = groupRuns(this.live).flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const batch = this.batch(device, trainingShapeOf(first));
      return [new LockstepGroup(device, batch, [first, ...others], this.imagesOf(first))];
    });
  }

  /** Steps that all groups can make now, at most `wanted`: they advance together or not at all. */
  stepsReady(wanted: number): number {
    return this.groups.reduce((steps, group) => group.stepsReady(steps), wanted);
  }

  /** The evaluator that tests a run, made at the first test. */
  async evaluatorOf(
    device: EngineDevice,
    run: Run,
  ): Promise<{ evaluator: EngineEvaluator; batchSize: number }> {
    const shape = testShapeOf(run);
    const evaluator = await run.evaluatorOn(device, this.batch(device, shape));
    return { evaluator, batchSize: shape.batchSize };
  }

  /** The device is gone: every run is left with its last good snapshot. */
  abandonDevice(): void {
    for (const run of this.all) run.abandonDevice();
    this.groups = [];
    this.batches.clear();
  }

  /** Leaves the device, which lives on, and frees all that was on it. Runs keep their last good snapshots. */
  leaveDevice(): void {
    for (const group of this.groups) group.release();
    for (const batch of this.batches.values()) batch.destroy();
    for (const run of this.all) run.release();
    this.abandonDevice();
  }

  private batch(device: EngineDevice, shape: BatchShape): EngineBatch {
    const key = shapeKey(shape);
    const batch = this.batches.get(key) ?? device.createBatch(shape);
    this.batches.set(key, batch);
    return batch;
  }
}
