/** Runs that are trained longer than they were planned to be. */
import type { LearningRate } from '../model/config.ts';
import { dependsOnTotal } from '../training/schedule.ts';

const MOST = 1000;

/** The further steps to offer: a thousand, or about half of what there was, as one digit and zeros. */
export const furtherSteps = (steps: number): number =>
  Number(Math.max(1, Math.min(MOST, steps / 2)).toPrecision(1));

/** What another number of steps means for runs that have made `made` of them. */
export const longerNote = (rate: LearningRate, made: number): string =>
  dependsOnTotal(rate, made)
    ? 'The runs go on. The cosine is stretched to the new end, so they differ from runs planned so.'
    : 'The runs go on, with the same numbers as if planned so.';
