/** How long a study will take, before it starts. */

/**
 * Milliseconds of evaluating nets with these multiply-adds per image on `images` images each.
 * @param gflops of small convolutions, as measured at opening.
 */
export function evaluationMs(macs: readonly number[], images: number, gflops: number): number {
  const operations = macs.reduce((sum, one) => sum + 2 * one * images, 0);
  return operations / (gflops * 1e6);
}

/** Numbers of images to choose from, all of them last. */
export function imageChoices(available: number): readonly number[] {
  return [...[100, 200, 500, 1000, 2000, 5000].filter((n) => n < available), available];
}

/** The most images that stay within `budgetMs`, the fewest if none do. */
export function affordableImages(
  choices: readonly number[],
  msOf: (images: number) => number,
  budgetMs: number,
): number {
  return choices.findLast((images) => msOf(images) <= budgetMs) ?? choices[0] ?? 0;
}
