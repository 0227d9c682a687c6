/** What stored runs are called beside others. */
import type { RunConfig } from '../../model/config.ts';
import { describedName } from '../configFields.ts';
import type { RunView } from '../state.ts';
import type { StoredRun } from './storedRun.ts';

/** What the others are compared with: the baseline where there is one, else the first live run. */
export function baselineConfig(
  baseline: string | null,
  live: readonly Pick<RunView, 'libraryId' | 'config'>[],
  stored: readonly Pick<StoredRun, 'id' | 'config'>[],
): RunConfig | null {
  const named =
    live.find(({ libraryId }) => libraryId === baseline) ??
    stored.find(({ id }) => id === baseline);
  return (named ?? live[0])?.config ?? null;
}

/** The name a person gave, else the network's with what tells the run from `base`. */
export const storedRunTitle = (
  { name, network, config }: Pick<StoredRun, 'name' | 'network' | 'config'>,
  base: RunConfig | null,
): string => name ?? describedName(network.replace(/ \(\d+\)$/, ''), config, base);
