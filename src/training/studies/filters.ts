/** A network's first convolution. */
import type { StudyPlan } from './kind.ts';
import type { FiltersResult, FiltersStudy } from './study.ts';
import { t } from '../../text/t.ts';

export function planFilters(_study: FiltersStudy): StudyPlan<FiltersResult, FiltersResult> {
  return {
    needs: [],
    // biome-ignore lint/correctness/useYield: nothing is computed
    async *run({ subject }) {
      const weight = subject.weights.get('conv1.weight');
      if (weight === undefined) throw new Error(t`This network has no first convolution.`);
      return { kind: 'filters', weight };
    },
  };
}
