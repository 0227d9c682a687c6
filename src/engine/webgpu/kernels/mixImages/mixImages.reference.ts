import { LABEL_BASE } from '../../../../data/mixup.ts';
import { at } from '../../../testing/numeric.ts';

/** Images [values, batch] and labels [batch], mixed. */
export function mixImagesReference(
  batch: number,
  weight: number,
  images: ArrayLike<number>,
  labels: ArrayLike<number>,
): { images: Float64Array; labels: Uint32Array } {
  const before = (i: number) => (i % batch === 0 ? i + batch - 1 : i - 1);
  return {
    images: Float64Array.from(
      images,
      (value, i) => weight * value + (1 - weight) * at(images, before(i)),
    ),
    labels: Uint32Array.from(labels, (label, n) => label + LABEL_BASE * at(labels, before(n))),
  };
}
