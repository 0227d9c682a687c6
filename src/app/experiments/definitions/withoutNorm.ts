/** De & Smith 2020, Zhang et al. 2019: 110 layers without BatchNorm, if branches start as good as nothing. */
import type { Experiment } from '../experiment.ts';
import type { ArmResult } from '../armResult.ts';
import { armOf, chanceOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { listed } from '../../../text/language.ts';
import { sentences } from '../../../text/sentences.ts';
import { deepArm, SEED_SCATTER } from './deepStart.ts';
import { t } from '../../../text/t.ts';

/** Error of ten classes, in per cent. */
const GUESSING = 90;
const BARE = { normalization: 'none' } as const;

/** What lets the net train without BatchNorm. */
const REMEDIES = [
  { id: 'skipinit', name: 'SkipInit' },
  { id: 'fixup', name: 'Fixup' },
] as const;

export const withoutNorm: Experiment = {
  id: 'without-norm',
  title: t`Without BatchNorm`,
  question: t`Can 110 layers be trained without BatchNorm?`,
  lookFor: t`Without BatchNorm each of the 54 blocks adds its branch at full strength: the variance of the signal doubles from block to block, and the loss is astronomical from the first step. SkipInit multiplies each branch by one learnt number, which starts at 0; Fixup makes the branches’ weights smaller, their last convolutions 0, and multiplies by a learnt number that starts at 1. Either way the net starts as its shortcuts alone, and trains.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`ResNet-110, BatchNorm`, value: 6.61, arm: 'batch' },
      { label: t`ResNet-110, Fixup`, value: 7.24, arm: 'fixup' },
    ],
    source: t`Zhang, Dauphin & Ma 2019, “Fixup Initialization”, table 1; De & Smith 2020, “Batch Normalization Biases Residual Blocks Towards the Identity Function”`,
    setting: t`CIFAR-10, to the end. SkipInit is published for wide nets of up to 1,000 layers, which train with it and not without.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 110 on CIFAR-10, half as wide, images of 16×16, the first 200 steps at rate 0.1 and batch 32: that they train, not how well they end.`,
    full: t`Depth 110 at the paper’s CIFAR widths, the first 1,500 steps.`,
    paper: t`Depth 110 on CIFAR-10 for 64,000 steps, without warm-up. Fixup trains its learnt numbers at a tenth of the rate, here they have the whole.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'loss' },
  arms: (size) => [
    deepArm(size, { id: 'batch', name: 'ResNet-110' }, {}),
    deepArm(size, { id: 'none', name: 'No BatchNorm' }, BARE),
    deepArm(size, { id: 'skipinit', name: 'SkipInit' }, { ...BARE, branchScale: 'scalar' }),
    deepArm(
      size,
      { id: 'fixup', name: 'Fixup' },
      { ...BARE, init: 'fixup', branchScale: 'scalar', branchScaleStart: 1 },
    ),
  ],
  own: testErrors,
  verdict: (results) => {
    const none = armOf(results, 'none');
    const orders = REMEDIES.map(({ id }) => order(armOf(results, id), none));
    const ends = endsText(results);
    if (orders.every((order) => order === 'lower')) {
      const found = t`Branches that start as nothing let 110 layers train without BatchNorm, as published.`;
      return { agrees: true, text: sentences(ends, found) };
    }
    if (orders.every((order) => order === 'higher')) {
      const opposite = t`At this size the result is the opposite of the published one.`;
      return { agrees: false, text: sentences(ends, opposite) };
    }
    const helped = REMEDIES.filter((_, i) => orders[i] === 'lower').map(({ name }) => name);
    const found =
      helped.length === 0
        ? t`The difference is within chance: the effect does not show at this size.`
        : t`At this size it shows for ${listed(helped)} alone.`;
    return { agrees: null, text: sentences(ends, found) };
  },
};

/** How a net's error at the end compares with that of the net without a remedy, which guesses if it diverged. */
function order({ end, divergedAt }: ArmResult, none: ArmResult): ReturnType<typeof compareErrors> {
  if (divergedAt !== null) return none.divergedAt === null ? 'higher' : 'alike';
  if (none.divergedAt === null) return compareErrors(end, none.end, SEED_SCATTER);
  return GUESSING - end.error > chanceOf(SEED_SCATTER, end) ? 'lower' : 'alike';
}
