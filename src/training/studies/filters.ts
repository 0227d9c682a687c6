/** A network's first convolution. */
import * as z from 'zod/mini';
import type { Tensor } from '../../model/graph.ts';
import type { StudyPlan } from './kind.ts';
import { studiedSchema } from './subject.ts';

export const filtersSchema = z.strictObject({ kind: z.literal('filters'), of: studiedSchema });
export type FiltersStudy = z.infer<typeof filtersSchema>;

export interface FiltersResult {
  readonly kind: 'filters';
  /** [filters, 3, kernel, kernel] */
  readonly weight: Tensor;
}

export function planFilters(_study: FiltersStudy): StudyPlan<FiltersResult, FiltersResult> {
  return {
    needs: null,
    // biome-ignore lint/correctness/useYield: nothing is computed
    async *run({ subject }) {
      const weight = subject.weights.get('conv1.weight');
      if (weight === undefined) throw new Error('This network has no first convolution.');
      return { kind: 'filters', weight };
    },
  };
}
