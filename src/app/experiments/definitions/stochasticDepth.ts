/** Huang et al. 2016: branches that count in a part of the steps. */
import type { Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, percent, testErrors } from '../measure.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';
import { blockVariant, SEED_SCATTER, TEST_SCATTER } from './blockVariant.ts';

export const stochasticDepth: Experiment = {
  id: 'stochastic-depth',
  title: t`Stochastic depth`,
  question: t`Can a net learn with some of its blocks missing?`,
  lookFor: t`In each step some branches are dropped at random, the last ones most often: with a survival of 0.5 a quarter of all, so that the net that learns is shallower than the one that is tested. It is there against overfitting: the training error falls more slowly, and after hundreds of epochs the tests are better.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`constant depth`, value: 6.41, arm: 'constant' },
      { label: t`survival 0.5`, value: 5.25, arm: 'half' },
    ],
    source: t`Huang et al. 2016, “Deep Networks with Stochastic Depth”, table 1`,
    setting: t`CIFAR-10, ResNet-110, 500 epochs of 45,000 images in batches of 128.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 44 on CIFAR-10, half as wide, 10,000 images of 16×16, 600 steps of 32: two epochs, in which no net overfits. What shows is the price, a training error about four points higher with a survival of 0.5; the tests differ within chance.`,
    full: t`Depth 56 on CIFAR-10 at the paper’s widths, 2,000 steps.`,
    paper: t`The paper’s ResNet-110 and 64,000 steps, about a third of its 500 epochs.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms: (size) => [
    blockVariant(size, 'constant', 'Constant depth', {}),
    blockVariant(size, 'mild', 'Survival 0.8', { survival: 0.8 }),
    blockVariant(size, 'half', 'Survival 0.5', { survival: 0.5 }),
  ],
  own: testErrors,
  verdict: (results) => {
    const [constant, half] = [armOf(results, 'constant').test, armOf(results, 'half').test];
    const ends = endsText(results);
    if (constant === null && half === null)
      return { agrees: null, text: sentences(ends, t`The nets were not tested.`) };
    if (constant === null || half === null)
      return {
        agrees: null,
        text: sentences(ends, t`Only one of the two nets was tested: there is nothing to compare.`),
      };
    const tests = t`Test error: ${percent(constant.error)} at constant depth, ${percent(half.error)} with a survival of 0.5.`;
    const found = {
      lower: t`Stochastic depth helps, as published.`,
      alike: t`The difference is within chance: the effect does not show at this size.`,
      higher: t`At this size the result is the opposite of the published one.`,
    };
    const order = compareErrors(half, constant, TEST_SCATTER);
    const agrees = { lower: true, alike: null, higher: false }[order];
    return { agrees, text: sentences(ends, tests, found[order]) };
  },
};
