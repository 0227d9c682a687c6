/** Mixup (Zhang et al. 2018): every image of a batch is mixed with another one, and so are their labels. */
import { cos, exp, log } from './elementary.ts';
import { hash32 } from './hash.ts';

const STREAM = 0x6d69_7875;

/** A mixed image's label is first + LABEL_BASE · second, of two images; classes are fewer. */
export const LABEL_BASE = 0x1_0000;

/**
 * The weight of each image in a step, drawn from Beta(α, α); the other one has what is missing to 1. A float32, by fixed
 * formulas, the same on every machine: above α = ½ Ulrich's (1984), ½ + ½ √(1 − u^(2 / (2α − 1))) cos 2πv; else Jöhnk's
 * (1964), x / (x + y) with x = u^(1/α), y = v^(1/α), drawn anew until x + y ≤ 1. u and v are multiples of 2⁻³³ between 0
 * and 1: the distribution's only deviation from Beta.
 */
export function mixupWeight(seed: number, step: number, alpha: number): number {
  const key = hash32(seed, STREAM, step);
  const uniform = (draw: number): number => (hash32(key, draw, 0) + 0.5) / 0x1_0000_0000;
  if (alpha > 0.5) {
    const power = exp((log(uniform(0)) * 2) / (2 * alpha - 1));
    return Math.fround(0.5 + 0.5 * Math.sqrt(1 - power) * cos(2 * Math.PI * uniform(1)));
  }
  for (let draw = 0; ; draw += 2) {
    const [x, y] = [log(uniform(draw)) / alpha, log(uniform(draw + 1)) / alpha];
    // By logarithms: x and y themselves may be too small for a number.
    if (exp(x) + exp(y) <= 1) return Math.fround(1 / (1 + exp(y - x)));
  }
}
