/** What a network makes of a picture that is in no data set. */
import * as z from 'zod/mini';
import { IMAGE_BYTES } from '../../data/types.ts';
import { softmaxRows } from '../evaluation.ts';
import type { StudyPlan } from './kind.ts';
import { studiedSchema } from './subject.ts';

/** [32, 32, 3] bytes. */
export const pixelsSchema: z.ZodMiniType<Uint8Array> = z
  .instanceof(Uint8Array)
  .check(z.refine((pixels) => pixels.length === IMAGE_BYTES, { error: 'not 32×32 pixels' }));

export const ownImageSchema = z.strictObject({
  kind: z.literal('ownImage'),
  of: studiedSchema,
  pixels: pixelsSchema,
});
export type OwnImageStudy = z.infer<typeof ownImageSchema>;

export interface OwnImageResult {
  readonly kind: 'ownImage';
  /** [classes] */
  readonly logits: Float32Array;
  /** [classes] */
  readonly probabilities: readonly number[];
}

const ALONE = new Uint32Array(1);

/** The picture goes the way of a data set's image, so that the same bytes give the same bits. */
export function planOwnImage({ pixels }: OwnImageStudy): StudyPlan<OwnImageResult, OwnImageResult> {
  return {
    needs: null,
    async *run(bench) {
      const dataset = bench.device.createDataset(1);
      try {
        dataset.append({ split: 'test', start: 0, count: 1, pixels, labels: new Uint8Array(1) });
        const probe = await bench.probe();
        const augment = { crop: false, flip: false };
        const gather = { dataset, indices: ALONE, firstPosition: 0, augment, seed: 0 };
        const { logits } = await probe.evaluate(1, () => gather, { logits: true });
        if (logits === null) throw new Error('no logits');
        const [probabilities = []] = softmaxRows(logits, 1);
        return { kind: 'ownImage', logits, probabilities };
      } finally {
        dataset.destroy();
      }
    },
  };
}
