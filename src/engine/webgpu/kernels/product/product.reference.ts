import { at } from '../../../testing/numeric.ts';
import type { ProductFactor } from './product.ts';

const FACTORS = {
  itself: (b: number) => b,
  complement: (b: number) => 1 - b,
  negative: (b: number) => -b,
} as const;

/** a · f(b), element by element. */
export const productReference = (
  factor: ProductFactor,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Float64Array =>
  Float64Array.from({ length: a.length }, (_, i) => at(a, i) * FACTORS[factor](at(b, i)));
