/**
 * Loss surface (Li et al. 2018): the loss on a plane through the trained weights, spanned by two filter-normalised
 * random directions. BatchNorm normalises by the running statistics, as trained.
 */
import { filterNormalised, Slice } from './directions.ts';
import type { StudyPlan } from './kind.ts';
import type { SurfaceResult, SurfaceStudy } from './study.ts';
import { coordinate, surfaceOrder } from './surfaceGrid.ts';

export function planSurface(study: SurfaceStudy): StudyPlan<SurfaceResult, SurfaceResult> {
  const { split, size, range, seed } = study;
  return {
    needs: [{ split, images: study.images }],
    async *run(context) {
      const images = context.images(split, study.images);
      const { graph, weights } = context.subject;
      const [first, second] = [0, 1].map((which) => filterNormalised(graph, weights, seed, which));
      if (first === undefined || second === undefined) throw new Error('no directions');
      const slice = new Slice(weights, first, second);
      const probe = await context.probe();
      const loss = new Float64Array(size * size);
      const accuracy = new Float32Array(size * size);
      let known = 0;
      const result = (): SurfaceResult => ({
        kind: 'surface',
        ...{ images, size, range, known },
        loss: loss.slice(),
        accuracy: accuracy.slice(),
      });
      const total = size * size;
      for (const { i, j } of surfaceOrder(size)) {
        probe.load(slice.at(coordinate(study, i), coordinate(study, j)));
        const scoring = context.score(probe, split, images);
        let part = await scoring.next();
        while (!part.done) {
          yield { done: known + part.value / images, total };
          part = await scoring.next();
        }
        const at = j * size + i;
        loss[at] = part.value.loss;
        accuracy[at] = part.value.accuracy;
        known++;
        if (context.isDue()) yield { done: known, total, partial: result() };
      }
      return result();
    },
  };
}
