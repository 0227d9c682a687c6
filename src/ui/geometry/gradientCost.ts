/** What gradients on fixed batches cost. */
import type { Subject } from '../studies/useStudies.ts';

/** A training step takes about three forward passes. */
const PASSES = 3;

const BATCH = 128;
const MOST_BATCHES = 16;

/** Multiply-adds of one image's gradient in all these nets. */
export const gradientMacs = (subjects: readonly Subject[]): number =>
  subjects.reduce((sum, { graph }) => sum + PASSES * graph.macs, 0);

/** Numbers of images to choose from: `fewest` batches, twice as many and so on, as far as every net has them. */
export function wholeBatches(subjects: readonly Subject[], fewest: number): readonly number[] {
  const available = Math.min(...subjects.map(({ run }) => run.config.data.train));
  const choices: number[] = [];
  for (let n = fewest; n <= MOST_BATCHES && n * BATCH <= available; n *= 2) choices.push(n * BATCH);
  return choices.length > 0 || !Number.isFinite(available) ? choices : [available];
}
