/** The rows of the table of runs: what trains, brought up to date as it goes on, and what was kept. */
import { useMemo } from 'react';
import { buildGraph } from '../../model/builder.ts';
import { measuresOf } from '../../runs/library/measures.ts';
import { type LibraryRow, withChanges } from '../../runs/library/rows.ts';
import { baselineConfig, keptRunTitle } from '../../runs/library/titles.ts';
import type { RunView } from '../../runs/state.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';

/** After the charts, in a task of its own. */
const DELAY_MS = 120;

export function useRows(): readonly LibraryRow[] {
  const session = useSession();
  const version = useDrawnVersion(DELAY_MS);
  const { live, kept, baseline } = usePage((state) => ({
    live: state.runs,
    kept: state.library.runs,
    baseline: state.library.baseline,
  }));
  const counts = useMemo(() => new Map(live.map((run) => [run.id, parametersOf(run)])), [live]);
  return useMemo(() => {
    const all = kept ?? [];
    const base = baselineConfig(baseline, live, all);
    const training = live.map((run) => {
      const { id, keptId, name, slot, config, diverged, finished } = run;
      const history = session.history(id);
      const measures = measuresOf(history.parameterNames, history, config.training);
      const status = finished ? 'finished' : diverged === null ? 'live' : 'diverged';
      return {
        ...measures,
        ...({ id: keptId, runId: id, name, slot, config, status } as const),
        kept: all.find((other) => other.id === keptId) ?? null,
        parameters: counts.get(id) ?? 0,
        dateMs: null,
      };
    });
    const isLive = (id: string) => live.some(({ keptId }) => keptId === id);
    const past = all
      .filter(({ id }) => !isLive(id))
      .map((run) => ({
        ...run,
        name: keptRunTitle(run, base),
        runId: null,
        kept: run,
        dateMs: run.keptAtMs,
      }));
    return withChanges([...training, ...past], baseline);
  }, [live, kept, baseline, counts, version, session]);
}

const parametersOf = ({ config }: RunView): number => buildGraph(config.model).parameterCount;
