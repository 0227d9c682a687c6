/** The first convolution's filters as pictures: three input channels are red, green and blue. */
import type { Tensor } from '../../model/graph.ts';
import { t } from '../../text/t.ts';

interface FilterTile {
  /** RGBA [kernel, kernel]. Grey is 0; the filter's largest weight, of either sign, is at full contrast. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** L2 norm of the weights. */
  readonly norm: number;
  readonly largest: number;
}

/**
 * Tiles of a weight [filters, 3, kernel, kernel], each normalised for itself: colour = 127.5 · (1 + w / max |w|).
 * @throws RangeError where the input is no picture in three colours.
 */
export function filterTiles({ shape, data }: Tensor): FilterTile[] {
  const [filters = 0, channels = 0, kernel = 0] = shape;
  if (shape.length !== 4 || channels !== 3) {
    throw new RangeError(t`filters of ${channels} channels cannot be drawn as colours`);
  }
  const area = kernel * kernel;
  return Array.from({ length: filters }, (_, f) => {
    const weights = data.subarray(f * 3 * area, (f + 1) * 3 * area);
    let [largest, squares] = [0, 0];
    for (const weight of weights) {
      largest = Math.max(largest, Math.abs(weight));
      squares += weight * weight;
    }
    const rgba = new Uint8ClampedArray(4 * area).fill(255);
    for (let pixel = 0; pixel < area; pixel++) {
      for (let c = 0; c < 3; c++) {
        const weight = weights[c * area + pixel] ?? 0;
        rgba[4 * pixel + c] = 127.5 * (1 + (largest === 0 ? 0 : weight / largest));
      }
    }
    return { rgba, norm: Math.sqrt(squares), largest };
  });
}
