/** The rows of the table of runs: live runs, updated as they train, and kept ones. */
import { useMemo } from 'react';
import { measuresOf } from '../../app/library/measures.ts';
import { type LibraryRow, withChanges } from '../../app/library/rows.ts';
import type { StoredRun } from '../../app/library/storedRun.ts';
import { chosenBaseline, storedRunTitle } from '../../app/library/titles.ts';
import type { RunView } from '../../app/state.ts';
import { buildGraph } from '../../model/builder.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';

/** Later than the charts, in a task of its own. */
const DELAY_MS = 120;

export function useRows(): readonly LibraryRow[] {
  const session = useSession();
  const version = useDrawnVersion(DELAY_MS);
  const { live, stored, baseline } = usePage((state) => ({
    live: state.runs,
    stored: state.library.runs,
    baseline: state.library.baseline,
  }));
  const counts = useMemo(() => new Map(live.map((run) => [run.id, parametersOf(run)])), [live]);
  const all = stored ?? NONE;
  const chosen = chosenBaseline(baseline, live, all);
  const base = chosen ?? live[0]?.config ?? null;
  // Steps do not change these, so that a long table is not redrawn.
  const past = useMemo(
    () =>
      all
        .filter(({ id }) => !live.some(({ libraryId }) => libraryId === id))
        .map((run) => {
          const about = { runId: null, stored: run, dateMs: run.keptAtMs };
          return withChanges({ ...run, ...about, name: storedRunTitle(run, chosen) }, base);
        }),
    [all, live, base, chosen],
  );
  const training = useMemo(
    () =>
      live.map((run) => {
        const { id, libraryId, name, colourIndex, config, diverged, finished } = run;
        const history = session.history(id);
        const measures = measuresOf(history, config.training);
        const status = finished ? 'finished' : diverged === null ? 'live' : 'diverged';
        const about = { id: libraryId, runId: id, name, colourIndex, config, status } as const;
        const storedAs = all.find((other) => other.id === libraryId) ?? null;
        const parameters = counts.get(id) ?? 0;
        return withChanges(
          { ...measures, ...about, stored: storedAs, parameters, dateMs: null },
          base,
        );
      }),
    [live, all, base, counts, version, session],
  );
  return useMemo(() => [...training, ...past], [training, past]);
}

const NONE: readonly StoredRun[] = [];

const parametersOf = ({ config }: RunView): number => buildGraph(config.model).parameterCount;
