/** Lesion study (Veit et al. 2016): the test error with blocks switched off. */
import * as z from 'zod/mini';
import { lesioned } from '../../model/lesion.ts';
import type { StudyPlan } from './kind.ts';
import type { Score } from './studyContext.ts';
import { studiedSchema } from './subject.ts';

const MAX_SETS = 1000;
const blocksSchema = z.array(z.string().check(z.maxLength(100))).check(z.maxLength(1000));

export const lesionsSchema = z.strictObject({
  kind: z.literal('lesions'),
  of: studiedSchema,
  /** Test images, from the first. */
  images: z.int().check(z.minimum(1), z.maximum(1_000_000)),
  /** Blocks to switch off together, set by set; an empty set: the net as it was trained. */
  sets: z.array(blocksSchema).check(z.minLength(1), z.maxLength(MAX_SETS)),
});
export type LesionStudy = z.infer<typeof lesionsSchema>;

export interface LesionResult {
  readonly kind: 'lesions';
  readonly images: number;
  /** In the order of the sets asked for; while it is under way the first of them. */
  readonly rows: readonly LesionRow[];
}

export interface LesionRow extends Score {
  readonly blocks: readonly string[];
}

export function planLesions({
  images: wanted,
  sets,
}: LesionStudy): StudyPlan<LesionResult, LesionResult> {
  return {
    needs: { split: 'test', images: wanted },
    async *run(bench) {
      const images = bench.images('test', wanted);
      const rows: LesionRow[] = [];
      const total = sets.length;
      const result = (): LesionResult => ({ kind: 'lesions', images, rows: [...rows] });
      for (const blocks of sets) {
        const probe = await bench.probe(lesioned(bench.subject.graph, blocks));
        const scoring = bench.score(probe, 'test', images);
        let part = await scoring.next();
        while (!part.done) {
          yield { done: rows.length + part.value / images, total, partial: result() };
          part = await scoring.next();
        }
        bench.free(probe);
        rows.push({ blocks, ...part.value });
        if (bench.isDue()) yield { done: rows.length, total, partial: result() };
      }
      return result();
    },
  };
}
