/** Where `headless train` and `pytorch` start from: a config with fresh or given weights, or a checkpoint. */
import { basename } from 'node:path';
import { networkName } from '../src/model/networkName.ts';
import type { Checkpoint, DatasetIdentity } from '../src/training/checkpoint/checkpoint.ts';
import { Run } from '../src/training/run.ts';
import { NO_ANSWERS } from '../src/weights/match/inspect.ts';
import type { TrainCommand } from './arguments.ts';
import { withArithmetic } from './engineOptions.ts';
import { withOwnImages } from './dataFolder.ts';
import { HeadlessError, readBytes, readConfig, readWeights } from './files.ts';
import { readSavedRun } from './savedRun.ts';

export interface Start {
  /** Not on a device yet. */
  readonly run: Run;
  /** Those it was trained on; null: on none, or the checkpoint does not say. */
  readonly images: DatasetIdentity | null;
  /** Null: not resumed. */
  readonly resumed: Pick<Checkpoint, 'adapter'> | null;
}

/** @throws HeadlessError naming the file and the fault. */
export async function startOf({
  start,
  batches,
  arithmetic,
  data,
}: Pick<TrainCommand, 'start' | 'batches' | 'arithmetic' | 'data'>): Promise<Start> {
  if (start.kind === 'resume') return resumedStart(start.file, start.run, arithmetic);
  const { config: read, graph, saysNormalization } = await readConfig(start.config);
  const given = batches === null ? await withOwnImages(read, saysNormalization, data) : read;
  const config = withArithmetic(given, arithmetic);
  const run = new Run('headless', config, graph);
  run.view = { name: networkName(config.model), colourIndex: 0 };
  if (start.init !== null) {
    const answers = { ...NO_ANSWERS, config };
    const { state: weights } = await readWeights(start.init, answers, batches === null);
    run.startFrom({ source: basename(start.init), weights });
  }
  return { run, images: null, resumed: null };
}

async function resumedStart(
  file: string,
  wanted: string | null,
  arithmetic: TrainCommand['arithmetic'],
): Promise<Start> {
  const { checkpoint, saved } = await readSavedRun(file, await readBytes(file), wanted);
  const { divergence, name } = saved;
  if (divergence !== null) {
    throw new HeadlessError(
      `${file}: ${name} diverged at step ${divergence.step}. Restore it on the page first, at a lower learning rate.`,
    );
  }
  const run = new Run('headless', withArithmetic(saved.config, arithmetic));
  run.resume(saved);
  return { run, images: saved.images, resumed: checkpoint };
}
