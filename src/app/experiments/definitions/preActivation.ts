/** He et al. 2016: BatchNorm and ReLU before the convolutions, nothing on the way of the shortcut. */
import type { Experiment } from '../experiment.ts';
import { armOf, testErrors } from '../measure.ts';
import { deepArm, betterStart, SEED_SCATTER } from './deepStart.ts';
import { t } from '../../../text/t.ts';

export const preActivation: Experiment = {
  id: 'pre-activation',
  title: t`Pre-activation`,
  question: t`What if nothing gets in the shortcut’s way?`,
  lookFor: t`In the first paper’s block a ReLU follows each addition, so 54 of them lie between the image and the classifier even along the shortcuts. Moving BatchNorm and ReLU into the branch leaves a path of pure additions. Both nets are 110 layers deep and start at the full learning rate: the pre-activation net is already learning while the other is still guessing.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'ResNet-110', value: 6.61, arm: 'post' },
      { label: t`pre-activation`, value: 6.37, arm: 'pre' },
    ],
    source: t`He et al. 2016, “Identity Mappings in Deep Residual Networks”, table 2`,
    setting: t`CIFAR-10, depth 110, trained to the end. The gap grows with depth: at 1,001 layers 7.61 and 4.92 % (table 3).`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 110, half as wide, images of 16×16, the first 200 steps at rate 0.1 and batch 32. The paper’s quarter of a point at the end is far too small to show in so few steps; the easier start (its §4.1) is not.`,
    full: t`Depth 110 at the paper’s widths, the first 1,500 steps.`,
    paper: t`The paper’s 64,000 steps, without its warm-up.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'loss' },
  arms: (size) => [
    deepArm(size, { id: 'post', name: 'ResNet-110' }, { order: 'post' }),
    deepArm(size, { id: 'pre', name: 'Pre-activation-110' }, { order: 'pre' }),
  ],
  own: testErrors,
  verdict: (results) =>
    betterStart(
      armOf(results, 'post'),
      armOf(results, 'pre'),
      t`The pre-activation net is easier to train, as published.`,
    ),
};
