/** How many images gradients on fixed batches may take. */
import type { Subject } from '../studies/useStudies.ts';

const COMMON_BATCH = 128;
const MOST_IMAGES = 2048;

/** Numbers of images to choose from: `fewest` batches, twice as many and so on, as far as every net has them. */
export function wholeBatches(subjects: readonly Subject[], fewest: number): readonly number[] {
  if (subjects.length === 0) return [];
  const available = Math.min(...subjects.map(({ run }) => run.config.data.train));
  const batch = Math.max(...subjects.map(({ run }) => run.config.training.batchSize));
  // Of small batches, as many as hold about as many images.
  const least = fewest * batch * Math.max(1, Math.floor(COMMON_BATCH / batch));
  const choices: number[] = [];
  for (let images = least; images <= Math.max(MOST_IMAGES, least); images *= 2) {
    if (images <= available) choices.push(images);
  }
  return choices.length > 0 ? choices : [available];
}
