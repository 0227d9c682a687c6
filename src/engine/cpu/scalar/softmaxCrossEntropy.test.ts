import { expect, it } from 'vitest';
import { LABEL_BASE } from '../../../data/mixup.ts';
import { centralDifferences } from '../../testing/numeric.ts';
import { randomArray, relativeError } from '../../testing/runKernel.ts';
import { softmaxCrossEntropyReference } from '../../webgpu/kernels/softmaxCrossEntropy/softmaxCrossEntropy.reference.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';

it.each([null, 0, 0.3, 1])('gives loss, hits and gradient, mixup %d', (mixup) => {
  const [batch, classes, labelSmoothing] = [8, 5, 0.1];
  const shape = { batch, classes, rows: batch, labelSmoothing, mixup: mixup ?? 1 };
  const logits = randomArray(batch * classes, 4).map((value) => 6 * value);
  const second = mixup === null ? 0 : LABEL_BASE;
  const labels = Uint32Array.from({ length: batch }, (_, n) => (n % 5) + second * ((n * 3) % 5));
  const gradient = new Float32Array(logits.length);
  const sums = softmaxCrossEntropy(
    { classes, stride: batch, rows: batch },
    { labelSmoothing, images: batch, mixup },
    ...([logits, labels, gradient] as const),
  );
  const expected = softmaxCrossEntropyReference(shape, logits, labels);
  expect(sums.loss / batch).toBeCloseTo(expected.loss, 10);
  expect(sums.hits / batch).toBeCloseTo(expected.accuracy, 10);
  expect(relativeError(gradient, expected.gradient)).toBeLessThan(1e-6);
  const numeric = centralDifferences(
    logits,
    (values) => softmaxCrossEntropyReference(shape, values, labels).loss,
  );
  expect(relativeError(gradient, numeric)).toBeLessThan(2e-6);
});
