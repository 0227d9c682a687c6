/** What a network makes of a picture that is in no data set. */
import { IMAGE_BYTES } from '../../data/types.ts';
import { softmaxRows } from '../evaluation.ts';
import type { StudyPlan } from './kind.ts';
import type { OwnImageResult, OwnImageStudy } from './study.ts';
import { t } from '../../text/t.ts';

const ALONE = new Uint32Array(1);

/** The picture goes the way of a data set's image, so that the same bytes give the same bits. */
export function planOwnImage({ pixels }: OwnImageStudy): StudyPlan<OwnImageResult, OwnImageResult> {
  return {
    needs: [],
    async *run(context) {
      if (pixels.length !== IMAGE_BYTES) {
        throw new Error(
          t`A picture must have 32×32 pixels, ${IMAGE_BYTES} bytes; it has ${pixels.length}.`,
        );
      }
      const dataset = context.device.createDataset(1);
      try {
        dataset.append({ split: 'test', start: 0, count: 1, pixels, labels: new Uint16Array(1) });
        const probe = await context.probe();
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
