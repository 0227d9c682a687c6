/** Runs that are trained longer than they were planned to be. */
import type { TrainingConfig } from '../model/config.ts';
import { dependsOnTotal } from '../training/schedule.ts';
import { t } from '../text/t.ts';

const MOST = 1000;
/** A config with more is refused. */
export const MOST_STEPS = 1_000_000;

/** The further steps to offer: a thousand, or about half of what there was, as one digit and zeros; 0: no run can have more. */
export const furtherSteps = (steps: number): number =>
  Math.min(
    Number(Math.max(1, Math.min(MOST, steps / 2)).toPrecision(1)),
    Math.max(0, MOST_STEPS - steps),
  );

/** What another number of steps means for runs that have made `made` of them, or all where they were to make fewer. */
export const longerNote = (
  plans: readonly Pick<TrainingConfig, 'learningRate' | 'steps'>[],
  made: number,
): string =>
  plans.some(({ learningRate, steps }) => dependsOnTotal(learningRate, Math.min(made, steps)))
    ? t`The runs go on. A schedule that ends with the steps is stretched to the new end, so its run differs from one planned so.`
    : t`The runs go on, with the same numbers as if planned so.`;
