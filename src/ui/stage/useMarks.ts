/** What studies have found in a run's network, for its drawing: ReLUs that never fire, and blocks that it needs. */
import { useMemo } from 'react';
import type { RunView } from '../../app/state.ts';
import { resultOf } from '../../app/studies.ts';
import { DEAD_UNITS, LESION_SWEEP, studyKey } from '../../app/studyKeys.ts';
import { usePage } from '../context.ts';

export interface Marks {
  /** By layer, the share of its ReLUs that gave 0 for every image; none before the study. */
  readonly dead: ReadonlyMap<string, number>;
  /** By block, by how much the test accuracy falls without it, 0–1; none before the sweep. */
  readonly falls: ReadonlyMap<string, number>;
}

export function useMarks(run: RunView): Marks {
  const steps = usePage((state) => state.stepsDone);
  const [units, sweep] = usePage(({ studies }) => [
    studies[studyKey(DEAD_UNITS, run, true)],
    studies[studyKey(LESION_SWEEP, run, true)],
  ]);
  // Those of a network that has been reset since are another's.
  const isOld = (step: number | null | undefined) => step == null || step > steps;
  const found = isOld(units?.step) ? null : resultOf(units, 'deadUnits');
  const swept = isOld(sweep?.step) ? null : resultOf(sweep, 'lesions');
  return useMemo(() => {
    const whole = swept?.rows.find(({ blocks }) => blocks.length === 0);
    return {
      dead: new Map(found?.layers.map(({ layer, units, dead }) => [layer, dead / units])),
      falls: new Map(
        swept?.rows.flatMap(({ blocks: [block], accuracy }) =>
          block === undefined || whole === undefined ? [] : [[block, whole.accuracy - accuracy]],
        ),
      ),
    };
  }, [found, swept]);
}
