/** What is computed of an image set. */
import type { Images } from '../types.ts';

/** Mean and standard deviation of each channel over all training pixels between 0 and 1, to four decimals. */
export function normalizationOfImages({ pixels }: Images): {
  mean: [number, number, number];
  std: [number, number, number];
} {
  const count = Math.max(1, pixels.length / 3);
  const channels = [0, 1, 2].map((channel) => {
    // Whole numbers below 2⁵³: exact in any order.
    let [sum, squares] = [0, 0];
    for (let i = channel; i < pixels.length; i += 3) {
      const value = pixels[i] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    return { mean: mean / 255, std: Math.sqrt(Math.max(0, squares / count - mean * mean)) / 255 };
  });
  const rounded = (value: number, least: number) => Math.max(least, Math.round(value * 1e4) / 1e4);
  const three = (
    of: (channel: { mean: number; std: number }) => number,
  ): [number, number, number] => {
    const [r = 0, g = 0, b = 0] = channels.map(of);
    return [r, g, b];
  };
  // Images of one colour have no deviation to divide by.
  return {
    mean: three(({ mean }) => rounded(mean, 0)),
    std: three(({ std }) => rounded(std, 0.0001)),
  };
}
