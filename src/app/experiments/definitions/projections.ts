/** He et al. 2015, table 3: what a shortcut does where the shape changes. */

import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 1.6;
const BLOCKS = 5;

function arms(size: ExperimentSize): Arm[] {
  const stageDepths = depths(size, BLOCKS);
  const training = size === 'small' ? smallBatches(800) : {};
  const arm = (id: string, name: string, projection: 'A' | 'B' | 'C', shortcuts = true): Arm => ({
    id,
    name,
    changes: [],
    config: configOf(size, { stageDepths, projection, shortcuts }, training),
  });
  return [
    arm('plain', 'Plain', 'A', false),
    arm('option-a', 'Option A', 'A'),
    arm('option-b', 'Option B', 'B'),
    arm('option-c', 'Option C', 'C'),
  ];
}

export const projections: Experiment = {
  id: 'shortcut-options',
  title: t`Shortcut options A, B, C`,
  question: t`Does a shortcut need to learn anything?`,
  lookFor: t`Where a stage halves the image and doubles the channels, the shortcut has to change shape. Option A pads with zeros and has no parameters, B puts a 1×1 convolution there, C puts one on every shortcut. A and B end clearly below the plain net and close to each other: having a shortcut matters, what is on it hardly does. C is slightly ahead in the paper’s 34-layer net. In deeper nets it falls behind: a shortcut with a convolution is no longer a free path (He et al. 2016, table 1: 12.22 against 6.61 % at 110 layers).`,
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: 'Plain-34', value: 28.54, arm: 'plain' },
      { label: 'ResNet-34, A', value: 25.03, arm: 'option-a' },
      { label: 'ResNet-34, B', value: 24.52, arm: 'option-b' },
      { label: 'ResNet-34, C', value: 24.19, arm: 'option-c' },
    ],
    source: t`He et al. 2015, §4.1, table 3`,
    setting: t`ImageNet, 1,000 classes, 34 layers, 10-crop test, trained to the end.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 32 on CIFAR-10, half as wide, 10,000 images of 16×16, 800 steps of 32. The plain net falls far behind A and B, and C lies between: with a convolution on every shortcut it starts more slowly. A and B end two points apart; the half point between them in the paper is smaller than chance here.`,
    full: t`Depth 32 on CIFAR-10 at the paper’s CIFAR widths, 2,000 steps.`,
    paper: t`Depth 32 on CIFAR-10 by the paper’s CIFAR recipe, 64,000 steps; its table is ImageNet’s.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'bars' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [plain, a, b, c] = [of('plain'), of('option-a'), of('option-b'), of('option-c')];
    const numbers = endsText([plain, a, b, c]);
    const isBetter = (option: ArmResult) =>
      compareErrors(option.end, plain.end, SEED_SCATTER) === 'lower';
    if (!isBetter(a) || !isBetter(b))
      return {
        agrees: false,
        text: sentences(
          numbers,
          t`At this size it does not show that shortcuts of options A and B beat the plain net.`,
        ),
      };
    const gap = plain.end.error - Math.max(a.end.error, b.end.error);
    const order = compareErrors(c.end, b.end, SEED_SCATTER);
    const last =
      order === 'higher'
        ? t`Option C, with a convolution on every shortcut, is ${(c.end.error - b.end.error).toFixed(1)} points behind B: the opposite of the paper’s 34 layers on ImageNet, but as in its successor’s 110 layers.`
        : order === 'lower'
          ? t`Option C is ahead of B.`
          : t`Option C is level with B.`;
    return {
      agrees: true,
      text: sentences(
        numbers,
        t`A and B beat no shortcut by at least ${gap.toFixed(1)} points, with ${Math.abs(a.end.error - b.end.error).toFixed(1)} between them: having a shortcut matters more than what is on it, as in the paper.`,
        last,
      ),
    };
  },
};
