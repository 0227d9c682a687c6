/** He et al. 2015, table 3: what a shortcut does where the shape changes. */

import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endText, testErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 2.1;
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
  title: 'Shortcut options A, B, C',
  question: 'Does a shortcut need to learn anything?',
  lookFor:
    'Where a stage halves the image and doubles the channels, the shortcut has to change shape. Option A pads with zeros and has no parameters, B puts a 1×1 convolution there, C puts one on every shortcut. A and B end clearly below the plain net and close to each other: having a shortcut matters, what is on it hardly does. C is slightly ahead in the paper’s 34-layer net. In deeper nets it falls behind: a shortcut with a convolution is no longer a free path (He et al. 2016, table 1: 12.22 against 6.61 % at 110 layers).',
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: 'Plain-34', value: 28.54, arm: 'plain' },
      { label: 'ResNet-34, A', value: 25.03, arm: 'option-a' },
      { label: 'ResNet-34, B', value: 24.52, arm: 'option-b' },
      { label: 'ResNet-34, C', value: 24.19, arm: 'option-c' },
    ],
    source: 'He et al. 2015, §4.1, table 3',
    setting: 'ImageNet, 1,000 classes, 34 layers, 10-crop test, trained to the end.',
  },
  scale: {
    tiny: 'A few steps of minimal nets, just to check that everything runs.',
    small:
      'Depth 32 on CIFAR-10, half as wide, 10,000 images of 16×16, 800 steps of 32. The plain net falls far behind A and B, and C lies between: with a convolution on every shortcut it starts more slowly. Half a point, as between A and B in the paper, is smaller than chance here.',
    full: 'Depth 32 on CIFAR-10 at the paper’s CIFAR widths, 2,000 steps.',
    paper:
      'Depth 32 on CIFAR-10 by the paper’s CIFAR recipe, 64,000 steps; its table is ImageNet’s.',
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'bars' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [plain, a, b, c] = [of('plain'), of('option-a'), of('option-b'), of('option-c')];
    const numbers = `Training error at the end: ${[plain, a, b, c].map((result) => `${result.name} ${endText(result)}`).join(', ')}.`;
    const isBetter = (option: ArmResult) =>
      compareErrors(option.end, plain.end, SEED_SCATTER) === 'lower';
    if (!isBetter(a) || !isBetter(b))
      return {
        agrees: false,
        text: `${numbers} At this size it does not show that shortcuts of options A and B beat the plain net.`,
      };
    const gap = plain.end.error - Math.max(a.end.error, b.end.error);
    const order = compareErrors(c.end, b.end, SEED_SCATTER);
    const last =
      order === 'higher'
        ? `Option C, with a convolution on every shortcut, is ${(c.end.error - b.end.error).toFixed(1)} points behind B: the opposite of the paper’s 34 layers on ImageNet, but as in its successor’s 110 layers.`
        : `Option C is ${order === 'lower' ? 'ahead of' : 'level with'} B.`;
    return {
      agrees: true,
      text: `${numbers} A and B beat no shortcut by at least ${gap.toFixed(1)} points, with ${Math.abs(a.end.error - b.end.error).toFixed(1)} between them, as in the paper: having a shortcut matters more than what is on it. ${last}`,
    };
  },
};
