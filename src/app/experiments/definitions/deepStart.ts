/** What the experiments on getting a very deep net started share: depth 110, no warm-up, two arms. */
import type { RunConfigInput } from '../../../model/config.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm, Verdict } from '../experiment.ts';
import { compareErrors, endText } from '../measure.ts';
import { configOf, depths } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md): whether a very deep net gets off the ground depends on the seed. */
export const SEED_SCATTER = 2.7;

/** Likewise, of the training loss over the first quarter of the steps. */
const START_LOSS_SCATTER = 0.1;

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

/** Mean training loss over the first quarter of the steps; NaN where none of them was finite. */
function startLoss({ curve, steps }: ArmResult): number {
  const start = curve.loss.filter((_, i) => (curve.step[i] ?? 0) <= Math.max(1, steps / 4));
  return start.reduce((sum, loss) => sum + loss, 0) / start.length;
}

/**
 * Whether `changed` starts better than `usual`: by the loss over the first quarter of the steps. The error at the end of so
 * short a training depends far more on the seed.
 */
export function betterStart(usual: ArmResult, changed: ArmResult, expected: string): Verdict {
  const [before, after] = [startLoss(usual), startLoss(changed)];
  const chance = 2 * Math.SQRT2 * START_LOSS_SCATTER;
  const numbers = t`Over the first quarter of the steps the training loss averages ${before.toFixed(2)} in ${usual.name} and ${after.toFixed(2)} in ${changed.name}; guessing has 2.30.`;
  const order = compareErrors(changed.end, usual.end, SEED_SCATTER);
  const end =
    order === 'alike'
      ? t`At the end the training error is ${endText(usual)} and ${endText(changed)}, a difference within chance.`
      : t`At the end the training error is ${endText(usual)} and ${endText(changed)}.`;
  if (!(Math.abs(after - before) > chance)) {
    return {
      agrees: null,
      text: sentences(
        numbers,
        t`The difference is within chance: the effect does not show at this size.`,
        end,
      ),
    };
  }
  return after < before
    ? { agrees: true, text: sentences(numbers, expected, end) }
    : {
        agrees: false,
        text: sentences(
          numbers,
          t`At this size the result is the opposite of the published one.`,
          end,
        ),
      };
}

/** Whether `changed` is further than `usual` at the end of a short training. */
export function fasterStart(
  usual: ArmResult,
  changed: ArmResult,
  seedScatter: number,
  expected: string,
): Verdict {
  const order = compareErrors(changed.end, usual.end, seedScatter);
  const numbers = t`${usual.name} ends at ${endText(usual)} training error (loss ${usual.end.loss.toFixed(2)}), ${changed.name} at ${endText(changed)} (loss ${changed.end.loss.toFixed(2)}).`;
  switch (order) {
    case 'lower':
      return { agrees: true, text: sentences(numbers, expected) };
    case 'alike':
      return {
        agrees: null,
        text: sentences(
          numbers,
          t`The difference is within chance: the effect does not show at this size.`,
        ),
      };
    case 'higher':
      return {
        agrees: false,
        text: sentences(numbers, t`At this size the result is the opposite of the published one.`),
      };
    default:
      return order satisfies never;
  }
}
