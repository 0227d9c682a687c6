import { expect, it } from 'vitest';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { mixImagesReference } from './mixImages.reference.ts';
import { mixImages, packMix } from './mixImages.ts';

it.each([
  { batch: 9, inputSize: 4, weight: 0.3 },
  { batch: 128, inputSize: 32, weight: 0.9 },
  { batch: 1024, inputSize: 4, weight: 0 },
  { batch: 1, inputSize: 4, weight: 0.5 },
])('mixes every image with the one before it: %o', async ({ batch, inputSize, weight }) => {
  const images = randomArray(3 * inputSize ** 2 * batch, 1);
  const labels = Uint32Array.from({ length: batch }, (_, n) => (n * 7) % 10);
  const expected = mixImagesReference(batch, weight, images.slice(), labels.slice());
  await runKernels(
    mixImages<Data>({ batch, inputSize }, { images, labels, weight: packMix(weight) }),
  );
  expect(relativeError(images, expected.images)).toBeLessThan(1e-6);
  expect(labels).toEqual(expected.labels);
});
