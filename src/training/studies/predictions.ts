/** What a network makes of every test image: likeliest classes, loss, truth. */
import { gatherFrom } from '../evaluation.ts';
import type { StudyPlan } from './kind.ts';
import { emptyPredictions, firstOf, notePrediction } from './predictionTable.ts';
import type { PredictionsResult, PredictionsStudy } from './study.ts';

/** Images of one evaluation: enough for the device to be busy, few enough to end soon. */
const AT_ONCE = 2;

export function planPredictions({
  images: wanted,
}: PredictionsStudy): StudyPlan<PredictionsResult, PredictionsResult> {
  return {
    needs: [{ split: 'test', images: wanted }],
    async *run(context) {
      const { data, subject } = context;
      const total = context.images('test', wanted);
      const { classes } = subject.config.model;
      const predictions = emptyPredictions(total, classes);
      let workMs = 0;
      let startMs = performance.now();
      const probe = await context.probe();
      for (let done = 0; done < total; ) {
        const count = Math.min(AT_ONCE * subject.batchSize, total - done);
        const load = gatherFrom(data, 'test', done);
        const { logits } = await probe.evaluate(count, load, { logits: true });
        for (let i = 0; i < count; i++) {
          const image = done + i;
          const own = logits?.subarray(i * classes, (i + 1) * classes) ?? new Float32Array();
          notePrediction(predictions, image, data.image('test', image).label, own);
        }
        done += count;
        if (!context.isDue() || done === total) continue;
        workMs += performance.now() - startMs;
        const soFar = firstOf(predictions, done);
        yield { done, total, partial: { kind: 'predictions', predictions: soFar, workMs } };
        startMs = performance.now();
      }
      workMs += performance.now() - startMs;
      return { kind: 'predictions', predictions, workMs };
    },
  };
}
