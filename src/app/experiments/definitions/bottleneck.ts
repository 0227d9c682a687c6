/** Basic blocks against bottlenecks with as many blocks and the same stage widths: He et al. 2016, table 2. */

import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endText, short, testErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 0.9;
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 3, full: 9, paper: 18 };

function arms(size: ExperimentSize): Arm[] {
  const stageDepths = depths(size, BLOCKS[size]);
  const blocks = stageDepths.reduce((sum, n) => sum + n, 0);
  const warmup = size === 'paper' ? { warmupSteps: 400 } : {};
  const arm = (block: 'basic' | 'bottleneck', depth: number): Arm => {
    const training = size === 'small' ? smallBatches(1600) : {};
    const config = configOf(size, { stageDepths, block }, training);
    const { learningRate } = config.training;
    const rate = typeof learningRate === 'number' ? learningRate : { ...learningRate, ...warmup };
    return {
      id: block,
      name: `${block === 'basic' ? 'Basic' : 'Bottleneck'}-${depth}`,
      changes: [],
      config: { ...config, training: { ...config.training, learningRate: rate } },
    };
  };
  return [arm('basic', 2 * blocks + 2), arm('bottleneck', 3 * blocks + 2)];
}

const costs = ({ name, parameters, macs }: ArmResult): string =>
  t`${name}: ${short(parameters / 1000)} k parameters, ${short(macs / 1e6)} M multiply-adds per image`;

export const bottleneck: Experiment = {
  id: 'bottleneck',
  title: t`Basic or bottleneck`,
  question: t`Does a 1×1, 3×3, 1×1 block buy more depth for the price of two 3×3 layers?`,
  lookFor: t`Both nets have the same number of blocks and the same 3×3 widths. A bottleneck has three layers instead of two and four times the channels on its shortcut, for about the same number of parameters and multiply-adds: half again as many layers. Compare parameters and multiply-adds in the table, then the errors.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'Basic-110', value: 6.61, arm: 'basic' },
      { label: 'Bottleneck-164', value: 5.93, arm: 'bottleneck' },
    ],
    source: t`He et al. 2016, “Identity Mappings in Deep Residual Networks”, table 2`,
    setting: t`CIFAR-10, 18 blocks per stage, 1.7 M parameters each, trained to the end.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Three blocks per stage (depth 20 and 29), half as wide, 10,000 images of 16×16, 1,600 steps of 32: the similar costs show, the lead does not. In the paper it is 0.7 points at the end of training; after so few steps the deeper net is still a few points behind.`,
    full: t`Nine blocks per stage (depth 56 and 83), 2,000 steps.`,
    paper: t`Depth 110 and 164, the paper’s recipe with warm-up.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const [basic, deep] = [armOf(results, 'basic'), armOf(results, 'bottleneck')];
    const order = compareErrors(deep.end, basic.end, SEED_SCATTER);
    const numbers = t`${costs(basic)}, training error ${endText(basic)}. ${costs(deep)}, training error ${endText(deep)}.`;
    switch (order) {
      case 'lower':
        return {
          agrees: true,
          text: sentences(numbers, t`The bottleneck net is ahead, as in the paper.`),
        };
      case 'alike':
        return {
          agrees: null,
          text: sentences(
            numbers,
            t`The difference is within chance: at this size the bottleneck’s lead does not show, its similar cost does.`,
          ),
        };
      case 'higher':
        return {
          agrees: false,
          text: sentences(
            numbers,
            t`At this size the basic net is ahead, the opposite of the paper’s result at the end of training.`,
          ),
        };
      default:
        return order satisfies never;
    }
  },
};
