/** What the experiments on getting a very deep net started share: depth 110, no warm-up, two arms. */
import type { RunConfigInput } from '../../../model/config.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm, Verdict } from '../experiment.ts';
import { compareErrors, endText } from '../measure.ts';
import { configOf, depths } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';

/** Measured in Small (docs/results.md): whether a very deep net gets off the ground depends on the seed. */
export const SEED_SCATTER = 1;

const BLOCKS = 18;
const STEPS: Readonly<Record<ExperimentSize, number>> = {
  tiny: 4,
  small: 200,
  full: 1500,
  paper: 64_000,
};

/** An arm of depth 110, in the small size with batches of 32. */
export function deepArm(
  size: ExperimentSize,
  { id, name }: { readonly id: string; readonly name: string },
  model: NonNullable<RunConfigInput['model']>,
  training: NonNullable<RunConfigInput['training']> = {},
): Arm {
  const batch = size === 'small' ? { batchSize: 32 } : {};
  const steps = STEPS[size];
  const rate = size === 'small' || size === 'full' ? { learningRate: 0.1 } : {};
  const config = configOf(
    size,
    { stageDepths: depths(size, BLOCKS), ...model },
    { steps, ...batch, ...rate, ...training },
  );
  return { id, name, config, changes: [] };
}

/** Whether `changed` trains faster than `usual`. */
export function fasterStart(usual: ArmResult, changed: ArmResult, expected: string): Verdict {
  const order = compareErrors(changed.end, usual.end, SEED_SCATTER);
  const numbers = `${usual.name} ends at ${endText(usual)} training error (loss ${usual.end.loss.toFixed(2)}), ${changed.name} at ${endText(changed)} (loss ${changed.end.loss.toFixed(2)}).`;
  switch (order) {
    case 'lower':
      return { agrees: true, text: `${numbers} ${expected}` };
    case 'alike':
      return {
        agrees: null,
        text: `${numbers} The difference is within chance: the effect does not show at this size.`,
      };
    case 'higher':
      return {
        agrees: false,
        text: `${numbers} At this size the result is the opposite of the published one.`,
      };
    default:
      return order satisfies never;
  }
}
