/** Test images themselves, to be looked at. */
import * as z from 'zod/mini';
import { IMAGE_BYTES } from '../../data/types.ts';
import type { StudyPlan } from './kind.ts';
import { studiedSchema } from './subject.ts';

const MOST_IMAGES = 256;

export const testImagesSchema = z.strictObject({
  kind: z.literal('testImages'),
  /** Whose data set it is. */
  of: studiedSchema,
  images: z
    .array(z.int().check(z.minimum(0), z.maximum(1_000_000)))
    .check(z.minLength(1), z.maxLength(MOST_IMAGES)),
});
export type TestImagesStudy = z.infer<typeof testImagesSchema>;

export interface TestImagesResult {
  readonly kind: 'testImages';
  readonly images: readonly number[];
  /** [images, 32, 32, 3] bytes. */
  readonly pixels: Uint8Array;
}

export function planTestImages({
  images,
}: TestImagesStudy): StudyPlan<TestImagesResult, TestImagesResult> {
  return {
    needs: { split: 'test', images: Math.max(...images) + 1 },
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
