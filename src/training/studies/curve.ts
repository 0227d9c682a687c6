/**
 * Mode connectivity (Garipov et al. 2018; Draxler, Veschgini, Salmhofer, Hamprecht 2018): loss and accuracy along a curve
 * between two trained nets, while the curve's bend is trained. With no step done it is the straight line.
 */
import { batchLossOf } from './batchLoss.ts';
import { Bend, placeOf, rateOf } from './bend.ts';
import { endsOf, scoresAt } from './between.ts';
import { scoredAfter } from './cost.ts';
import { FlatWeights } from './flatWeights.ts';
import type { StudyPlan } from './kind.ts';
import type { CurveResult, CurveStudy, LineRow } from './study.ts';

export function planCurve(study: CurveStudy): StudyPlan<CurveResult, CurveResult> {
  const { images: wanted, points, steps, rate } = study;
  return {
    needs: [
      // The bend sees all there are.
      { split: 'train', images: Number.POSITIVE_INFINITY },
      { split: 'test', images: wanted },
    ],
    async *run(context) {
      const { from, to, toStep } = endsOf(context);
      const images = context.images('train', wanted);
      const testImages = context.images('test', wanted);
      const batchLoss = await batchLossOf(context, images);
      const means = { probe: await context.probe(), batchLoss };
      const { batchSize } = batchLoss;
      const { training } = context.subject.config;
      const source = context.data.batches({ ...training, batchSize });
      if (source === null) throw new Error('no training images');
      const bend = new Bend(new FlatWeights(batchLoss.graph), from, to);

      const curves: { readonly steps: number; readonly rows: readonly LineRow[] }[] = [];
      const scored = scoredAfter(steps);
      // In training images: what a step takes, and what a point takes with its statistics and its tests.
      const [stepWork, pointWork] = [batchSize, (images * 4) / 3 + testImages / 3];
      const scorings = points + (scored.length - 1) * (points - 2);
      const total = steps * stepWork + scorings * pointWork;
      let done = 0;
      const progress = (step: number, rows: readonly LineRow[], share = 0) => ({
        ...{ done: done + share * pointWork, total, partial: result(step, rows) },
      });
      const result = (step: number, rows: readonly LineRow[] = []): CurveResult => ({
        ...{ kind: 'curve', toStep, images, testImages, bendSteps: step },
        curves: rows.length > 0 ? [...curves, { steps: step, rows: [...rows] }] : [...curves],
      });
      for (let step = 0; ; step++) {
        if (scored.includes(step)) {
          const rows: LineRow[] = [];
          for (let point = 0; point < points; point++) {
            const alpha = point / (points - 1);
            // The ends stay as they are.
            const known = alpha === 0 || alpha === 1 ? curves[0]?.rows[point] : undefined;
            if (known === undefined) {
              const scoring = scoresAt(context, means, bend.at(alpha), images, testImages);
              let part = await scoring.next();
              while (!part.done) {
                yield progress(step, rows, part.value);
                part = await scoring.next();
              }
              rows.push({ alpha, ...part.value });
              done += pointWork;
            } else rows.push(known);
            if (context.isDue()) yield progress(step, rows);
          }
          curves.push({ steps: step, rows });
        }
        if (step === steps) return result(steps);
        const place = placeOf(step);
        const load = () => source.load(step, batchLoss.batch);
        const { gradient } = await batchLoss.step(bend.at(place), 0, load);
        bend.descend(gradient, place, rateOf(rate, step, steps));
        done += stepWork;
        if (context.isDue()) yield progress(step + 1, []);
      }
    },
  };
}
