/** What stored runs are called beside others. None is renamed because another run changed. */
import type { RunConfig } from '../../model/config.ts';
import { locale } from '../../text/language.ts';
import { t } from '../../text/t.ts';
import { describedName } from '../configDifferences.ts';
import { withoutSeed } from '../naming.ts';
import type { RunView } from '../state.ts';
import type { StoredRun } from './storedRun.ts';

/** The config of the run that a person chose to compare the others with; null: none. */
export function chosenBaseline(
  baseline: string | null,
  live: readonly Pick<RunView, 'libraryId' | 'config'>[],
  stored: readonly Pick<StoredRun, 'id' | 'config'>[],
): RunConfig | null {
  const chosen =
    live.find(({ libraryId }) => libraryId === baseline) ??
    stored.find(({ id }) => id === baseline);
  return chosen?.config ?? null;
}

/** The name a person gave, else the network's with what tells the run from the chosen baseline. */
export function storedRunTitle(
  { name, network, config }: Pick<StoredRun, 'name' | 'network' | 'config'>,
  baseline: RunConfig | null,
): string {
  if (name !== null) return name;
  const called = network.replace(/ \(\d+\)/, '');
  // Where its seed differs from the baseline's, that is said behind it.
  const told = baseline === null ? called : withoutSeed(called);
  return describedName(told, config, baseline);
}

const time = new Intl.DateTimeFormat(locale, {
  ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
});

/** The same beside live runs on the charts, which may have its name: `ResNet-20, kept 30 Nov, 10:05`. */
export const drawnRunTitle = (
  run: Pick<StoredRun, 'name' | 'network' | 'config' | 'keptAtMs'>,
  baseline: RunConfig | null,
): string => run.name ?? t`${storedRunTitle(run, baseline)}, kept ${time.format(run.keptAtMs)}`;
