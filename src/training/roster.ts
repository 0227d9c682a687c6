/** The runs on the device: their batches, and the groups in which they advance. */
import type { BatchShape, EngineBatch, EngineDevice, EngineEvaluator } from '../engine/api.ts';
import type { RunConfig } from '../model/config.ts';
import type { LayerGraph } from '../model/graph.ts';
import { Group, type TakeMetrics } from './group.ts';
import { groupRuns } from './grouping.ts';
import type { RunId } from './protocol.ts';
import type { Run } from './run.ts';
import type { TrainingData } from './trainingData.ts';

/** Images a test takes at a time: the training batch's size within these bounds. */
const MIN_TEST_BATCH = 32;
const MAX_TEST_BATCH = 128;

const shapeOf = ({ training, model }: RunConfig): BatchShape => ({
  batchSize: training.batchSize,
  inputSize: model.inputSize,
});

const testShapeOf = ({ training, model }: RunConfig): BatchShape => ({
  batchSize: Math.min(MAX_TEST_BATCH, Math.max(MIN_TEST_BATCH, training.batchSize)),
  inputSize: model.inputSize,
});

const keyOf = ({ batchSize, inputSize }: BatchShape): string => `${batchSize} ${inputSize}`;

export class Roster {
  groups: Group[] = [];
  private readonly runs = new Map<RunId, Run>();
  /** By shape. Groups and tests fill a batch anew for each use, so one of each shape is enough. */
  private readonly batches = new Map<string, EngineBatch>();

  constructor(
    private readonly dataOf: (run: Run) => TrainingData,
    private readonly take: TakeMetrics,
  ) {}

  get all(): Run[] {
    return [...this.runs.values()];
  }

  get live(): Run[] {
    return this.all.filter(({ status }) => status === 'live');
  }

  get(id: RunId): Run | undefined {
    return this.runs.get(id);
  }

  /**
   * Refuses `wanted` (all runs as they are to be) before anything is allocated.
   * @throws EngineError `too-large`
   */
  checkFits(
    device: EngineDevice,
    wanted: readonly { graph: LayerGraph; config: RunConfig }[],
  ): void {
    device.checkFits(wanted.map(({ graph, config: { training } }) => ({ graph, training })));
  }

  /** Compiles a run and puts it onto the device; milliseconds. @throws EngineError */
  async attach(device: EngineDevice, run: Run): Promise<number> {
    const startMs = performance.now();
    await run.attach(device, this.batch(device, shapeOf(run.config)));
    return performance.now() - startMs;
  }

  /** Switches a run to another model, keeping its weights. @throws EngineError, nothing having changed */
  async rebuild(
    device: EngineDevice,
    run: Run,
    config: RunConfig,
    graph: LayerGraph,
  ): Promise<void> {
    await run.rebuild(device, this.batch(device, shapeOf(config)), config, graph);
  }

  /** Exactly these runs from now on, all of them attached. Others are dropped. */
  replace(runs: readonly Run[]): void {
    for (const run of this.all) if (!runs.includes(run)) run.release();
    this.runs.clear();
    for (const run of runs) this.runs.set(run.id, run);
    const used = new Set(
      runs.flatMap(({ config }) => [shapeOf(config), testShapeOf(config)].map(keyOf)),
    );
    for (const [key, batch] of this.batches) {
      if (used.has(key)) continue;
      batch.destroy();
      this.batches.delete(key);
    }
  }

  /** Forms the groups anew; no step may be under way. */
  regroup(device: EngineDevice): void {
    for (const group of this.groups) group.release();
    this.groups = groupRuns(this.live).flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const batch = this.batch(device, shapeOf(first.config));
      return [new Group(device, batch, [first, ...others], this.dataOf(first), this.take)];
    });
  }

  /** Steps that all groups can make now, at most `wanted`: they go on together or not at all. */
  stepsReady(wanted: number): number {
    return this.groups.reduce((steps, group) => group.stepsReady(steps), wanted);
  }

  /** For testing a run; made at the first test. */
  async evaluatorOf(
    device: EngineDevice,
    run: Run,
  ): Promise<{ evaluator: EngineEvaluator; batchSize: number }> {
    const shape = testShapeOf(run.config);
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
    const batch = this.batches.get(keyOf(shape)) ?? device.createBatch(shape);
    this.batches.set(keyOf(shape), batch);
    return batch;
  }
}
