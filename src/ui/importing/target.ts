/** Which run gets the weights, and what may prevent it. */

import type { RunView } from '../../app/state.ts';
import type { RunConfig } from '../../model/config.ts';
import { checkFitsDataset } from '../../model/configChecks.ts';
import { ConfigError } from '../../model/errors.ts';
import { presetConfig } from '../../model/presets.ts';
import { MAX_RUNS } from '../../training/protocol/commands.ts';
import { t } from '../../text/t.ts';

/** The file's network and normalisation, with the images and training settings of `run`. */
export function configFor({ model, data: own }: RunConfig, run: RunView | null): RunConfig {
  const { training, data } = run?.config ?? presetConfig('resnet-20');
  const { source, train, test } = data;
  return { version: 1, model, training, data: { ...own, source, train, test } };
}

/** Why no run can be added, whatever the tensors; null if one can. */
export function obstacleToAdding(config: RunConfig, runCount: number): string | null {
  if (runCount >= MAX_RUNS) {
    return t`There are already four runs. Remove one, or load into one of them.`;
  }
  try {
    checkFitsDataset(config);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.issues[0].message;
    throw error;
  }
}
