/** Goyal et al. 2017: every block begins as the identity. */
import type { Experiment } from '../experiment.ts';
import { armOf, testErrors } from '../measure.ts';
import { deepArm, betterStart, SEED_SCATTER } from './deepStart.ts';
import { t } from '../../../text/t.ts';

export const zeroInit: Experiment = {
  id: 'zero-init',
  title: t`Zero-initialised residual`,
  question: t`What if every block starts by doing nothing?`,
  lookFor: t`The scale of the last BatchNorm in each block starts at 0 instead of 1: the branch contributes nothing, the block passes its input through, and a net of 110 layers starts as if it had only a few. The branches come in as they are needed. Watch the first steps: one loss falls at once, the other first jumps far above 2.3, the loss of guessing.`,
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: t`scale starts at 1`, value: 23.84, note: '±0.18', arm: 'one' },
      { label: t`scale starts at 0`, value: 23.6, note: '±0.12', arm: 'zero' },
    ],
    source: t`Goyal et al. 2017, “Accurate, Large Minibatch SGD”, §5.1 and table 2b`,
    setting: t`ImageNet, ResNet-50, 90 epochs, batch 256; at batch 8,192 it is 24.11 against 23.74 %. The scale in question is that of each block’s last BatchNorm.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 110 on CIFAR-10, half as wide, images of 16×16, the first 200 steps at rate 0.1 and batch 32: the start, where it helps most. The paper’s quarter of a point at the end of training is too small to show in so few steps.`,
    full: t`Depth 110 at the paper’s CIFAR widths, the first 1,500 steps.`,
    paper: t`Depth 110 on CIFAR-10 for 64,000 steps, without warm-up; the published numbers are ImageNet’s.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'loss' },
  arms: (size) => [
    deepArm(size, { id: 'one', name: 'ResNet-110' }, { zeroInitResidual: false }),
    deepArm(size, { id: 'zero', name: 'Zero-init-110' }, { zeroInitResidual: true }),
  ],
  own: testErrors,
  verdict: (results) =>
    betterStart(
      armOf(results, 'one'),
      armOf(results, 'zero'),
      t`Blocks that start as the identity train faster from the start, as published.`,
    ),
};
