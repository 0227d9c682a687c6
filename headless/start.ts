/** Where `headless train` and `pytorch` start from: a config with fresh or given weights, or a checkpoint. */
import { basename } from 'node:path';
import type { NetworkState, KernelChoices } from '../src/engine/api.ts';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { LayerGraph } from '../src/model/graph.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { layerNames } from '../src/model/layerNames.ts';
import { networkName } from '../src/model/networkName.ts';
import type { Checkpoint, SavedRun } from '../src/training/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { RunHistory } from '../src/training/history.ts';
import type { TrainCommand } from './arguments.ts';
import { HeadlessError, readBytes, readConfig, readWeights, reason } from './files.ts';
import { parseChoices } from '../src/engine/kernelChoices.ts';

export interface Start {
  readonly config: RunConfig;
  readonly graph: LayerGraph;
  /** Number of the first step to make. */
  readonly step: number;
  readonly state: NetworkState;
  readonly history: RunHistory;
  /** All that a new checkpoint hands on as it is. */
  readonly origin: Pick<
    SavedRun,
    'name' | 'colourIndex' | 'given' | 'images' | 'elapsedMs' | 'marks' | 'lastTest' | 'imported'
  >;
  /** The kernels that a resumed run was trained with so far; null: not resumed. */
  readonly tiles: KernelChoices | null;
  /** Null: not resumed. */
  readonly resumed: Pick<Checkpoint, 'adapter'> | null;
}

/** @throws HeadlessError naming the file and the fault. */
export async function startOf({
  start,
  batches,
}: Pick<TrainCommand, 'start' | 'batches'>): Promise<Start> {
  if (start.kind === 'resume') return resumedStart(start.file, start.run);
  const { config, graph } = await readConfig(start.config);
  const weights =
    start.init === null
      ? initialWeights(graph, config.training.seed)
      : await readWeights(start.init, graph, batches === null);
  const name = networkName(config.model);
  return {
    ...{ config, graph, step: 0, state: { weights, momentum: new Map() } },
    ...{ resumed: null, tiles: null },
    history: new RunHistory(layerNames(graph)),
    origin: {
      name,
      colourIndex: 0,
      images: null,
      elapsedMs: 0,
      marks: [],
      lastTest: null,
      imported: start.init === null ? null : { source: basename(start.init), weights },
    },
  };
}

async function resumedStart(file: string, wanted: string | null): Promise<Start> {
  const bytes = await readBytes(file);
  const checkpoint = await readCheckpoint(bytes).catch((error: unknown) => {
    throw new HeadlessError(`${file}: ${reason(error)}`);
  });
  const run = chosenRun(file, checkpoint.runs, wanted);
  const { config, step, state, divergence, name } = run;
  if (divergence !== null) {
    throw new HeadlessError(
      `${file}: ${name} diverged at step ${divergence.step}. Restore it on the page first, at a lower learning rate.`,
    );
  }
  const graph = buildGraph(config.model);
  const history = RunHistory.from(layerNames(graph), run.history);
  const tiles = parseChoices(run.kernelChoices) ?? {};
  return { config, graph, step, state, history, origin: run, resumed: checkpoint, tiles };
}

/** @param wanted a run's name, or its number counted from 1. */
function chosenRun(file: string, runs: readonly SavedRun[], wanted: string | null): SavedRun {
  const [first, ...others] = runs;
  if (wanted === null && first !== undefined && others.length === 0) return first;
  const found = runs.find(({ name }, i) => name === wanted || `${i + 1}` === wanted);
  if (found !== undefined) return found;
  const names = runs.map(({ name }, i) => `${i + 1} (${name})`).join(', ');
  throw new HeadlessError(
    wanted === null
      ? `${file} holds ${runs.length} runs: ${names}. Choose one by --run.`
      : `--run ${wanted}: ${file} holds ${names}.`,
  );
}
