/** Lesion study (Veit et al. 2016): the test error with blocks switched off. */
import { lesioned } from '../../model/lesion.ts';
import type { StudyPlan } from './kind.ts';
import type { LesionResult, LesionRow, LesionStudy } from './study.ts';

export function planLesions({
  images: wanted,
  sets,
}: LesionStudy): StudyPlan<LesionResult, LesionResult> {
  return {
    needs: [{ split: 'test', images: wanted }],
    async *run(context) {
      const images = context.images('test', wanted);
      const rows: LesionRow[] = [];
      const total = sets.length;
      const result = (): LesionResult => ({ kind: 'lesions', images, rows: [...rows] });
      for (const blocks of sets) {
        const probe = await context.probe(lesioned(context.subject.graph, blocks));
        const scoring = context.score(probe, 'test', images);
        let part = await scoring.next();
        while (!part.done) {
          yield { done: rows.length + part.value / images, total, partial: result() };
          part = await scoring.next();
        }
        context.free(probe);
        rows.push({ blocks, ...part.value });
        if (context.isDue()) yield { done: rows.length, total, partial: result() };
      }
      return result();
    },
  };
}
