import { useMemo } from 'react';
import { type Marks, marksOf, studyOfRun } from '../../app/marks.ts';
import type { RunView } from '../../app/state.ts';
import { DEAD_UNITS, LESION_SWEEP } from '../../app/studyKeys.ts';
import { usePage, useSession } from '../context.ts';

/** Changes only when a study of the run's network has found more, or is another network's by now. */
export function useMarks(run: RunView): Marks {
  const session = useSession();
  const [units, sweep] = usePage((state) => {
    const history = session.history(run.id);
    return [
      studyOfRun(state, DEAD_UNITS, run, history),
      studyOfRun(state, LESION_SWEEP, run, history),
    ];
  });
  return useMemo(() => marksOf(units, sweep), [units, sweep]);
}
