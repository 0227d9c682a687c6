/** The pixels of test images, to be shown. */
import { IMAGE_BYTES } from '../../data/types.ts';
import type { StudyPlan } from './kind.ts';
import type { TestImagesResult, TestImagesStudy } from './study.ts';

export function planTestImages({
  images,
}: TestImagesStudy): StudyPlan<TestImagesResult, TestImagesResult> {
  return {
    needs: [{ split: 'test', images: Math.max(...images) + 1 }],
    // biome-ignore lint/correctness/useYield: nothing is computed
    async *run({ data }) {
      const pixels = new Uint8Array(images.length * IMAGE_BYTES);
      for (const [i, image] of images.entries()) {
        pixels.set(data.image('test', image).pixels, i * IMAGE_BYTES);
      }
      return { kind: 'testImages', images, pixels };
    },
  };
}
