/** The network that `--weights` names: in a weights file of any format, or a run of a checkpoint. */
import { classNamesOf, testOf } from '../src/app/publish/publication.ts';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import type { StateDict } from '../src/model/graph.ts';
import { isCheckpoint } from '../src/training/checkpoint/read.ts';
import { exportedConfig } from '../src/training/exportWeights.ts';
import { givenWeights } from '../src/training/state.ts';
import { checkState } from '../src/engine/checkState.ts';
import type { Origin } from '../src/weights/readOrigin.ts';
import { readOrigin } from '../src/weights/readOrigin.ts';
import type { EvalCommand } from './arguments.ts';
import { HeadlessError, readBytes, readWeights, reason } from './files.ts';
import { note } from './note.ts';
import { readSavedRun } from './savedRun.ts';

export interface NetworkFile {
  readonly config: RunConfig;
  /** Every parameter and running statistic. */
  readonly state: StateDict;
  /** What the file says of where the weights come from. */
  readonly origin: Omit<Origin, 'normalization'>;
  /** Null: it does not say. */
  readonly normalization: Origin['normalization'];
}

/**
 * @param config null: the network that the file itself holds.
 * @param normalises whether images are normalised here, so that it matters how the file's were.
 * @throws HeadlessError naming the file and what keeps the network from being used.
 */
export async function readNetwork(
  { weights, run, settings, ignore }: Pick<EvalCommand, 'weights' | 'run' | 'settings' | 'ignore'>,
  config: RunConfig | null,
  normalises: boolean,
): Promise<NetworkFile> {
  const bytes = await readBytes(weights);
  if (!isCheckpoint(bytes)) {
    if (run !== null) {
      throw new HeadlessError(`--run ${run}: ${weights} is no checkpoint, which holds runs`);
    }
    const found = await readWeights(weights, { settings, ignore, config }, normalises);
    const { normalization, ...origin } = readOrigin(found.metadata);
    const isKnown = config === null && found.normalization.source === 'file';
    const { mean, std } = found.normalization;
    return {
      ...{ config: found.config, state: found.state, origin },
      normalization: normalization ?? (isKnown ? { mean, std } : null),
    };
  }
  if (settings.size > 0 || ignore.length > 0) {
    throw new HeadlessError(
      `${weights} is a checkpoint, which says itself what network it holds: leave --set and --ignore out`,
    );
  }
  return checkpointNetwork(weights, bytes, run, config);
}

async function checkpointNetwork(
  file: string,
  bytes: Uint8Array,
  wanted: string | null,
  given: RunConfig | null,
): Promise<NetworkFile> {
  const { saved } = await readSavedRun(file, bytes, wanted);
  const { name, step, images, imported, divergence: diverged } = saved;
  const own = exportedConfig(saved.config, imported?.source ?? null);
  const config = given ?? own;
  const graph = buildGraph(config.model);
  try {
    checkState(graph, { weights: saved.state.weights, momentum: new Map() });
  } catch (error) {
    throw new HeadlessError(`${file}: ${reason(error)}`);
  }
  note(`${file}: ${name} at step ${step}`);
  if (diverged !== null) {
    note(
      `${file}: the run diverged at step ${diverged.step} in ${diverged.layer}; these are its last good weights`,
    );
  }
  const state = givenWeights(graph, config.training.seed, saved.state);
  const origin = { step, classNames: classNamesOf(images), test: testOf(saved), diverged };
  const isAssumed = own.data.normalizationSource === 'assumed';
  return {
    ...{ config, state, origin },
    normalization: isAssumed ? null : { mean: own.data.mean, std: own.data.std },
  };
}
