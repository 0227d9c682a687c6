/** He et al. 2016, table 2: where BatchNorm and activation stand in the block. */
import type { Experiment } from '../experiment.ts';
import { armOf, endsText, testErrors } from '../measure.ts';
import { listed } from '../../../text/language.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';
import { blockVariant, compareEnds, SEED_SCATTER } from './blockVariant.ts';

/** How each ends beside the original in the paper. */
const PUBLISHED = { 'norm-after': 'higher', 'act-before': 'higher', pre: 'lower' } as const;

export const blockOrder: Experiment = {
  id: 'block-order',
  title: t`Order in the block`,
  question: t`Where should BatchNorm and ReLU stand?`,
  lookFor: t`Behind the addition, BatchNorm is on the shortcut’s way and changes the signal once more in every block. With the ReLU ahead of the addition a branch can only add, and the signal grows from block to block. The paper finds both worse than the original, whose branch ends in BatchNorm and whose ReLU follows the addition; with BatchNorm and ReLU ahead of the convolutions nothing is left on the shortcut’s way, and that is best.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`original`, value: 6.61, arm: 'post' },
      { label: t`BatchNorm after addition`, value: 8.17, arm: 'norm-after' },
      { label: t`ReLU before addition`, value: 7.84, arm: 'act-before' },
      { label: t`pre-activation`, value: 6.37, arm: 'pre' },
    ],
    source: t`He et al. 2016, “Identity Mappings in Deep Residual Networks”, table 2`,
    setting: t`CIFAR-10, ResNet-110, 64,000 steps.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 44 on CIFAR-10, half as wide, 10,000 images of 16×16, 600 steps of 32. So early in training the order makes far more of a difference than at the end: over three seeds each is five to eight points from the original, to the side that the paper found. One run of each does not always tell so.`,
    full: t`Depth 56 on CIFAR-10 at the paper’s widths, 2,000 steps.`,
    paper: t`The paper’s ResNet-110 and 64,000 steps, without its warm-up.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms: (size) => [
    blockVariant(size, 'post', 'Original', {}),
    blockVariant(size, 'norm-after', 'BatchNorm after', { order: 'normAfterAdd' }),
    blockVariant(size, 'act-before', 'ReLU before', { order: 'actBeforeAdd' }),
    blockVariant(size, 'pre', 'Pre-activation', { order: 'pre' }),
  ],
  own: testErrors,
  verdict: (results) => {
    const original = armOf(results, 'post');
    const found = Object.entries(PUBLISHED).map(([id, published]) => {
      const result = armOf(results, id);
      const order = compareEnds(result, original);
      return { result, how: order === 'alike' ? order : order === published ? 'as' : 'against' };
    });
    const names = (wanted: string): string =>
      listed(found.filter(({ how }) => how === wanted).map(({ result }) => result.name));
    const has = (wanted: string) => found.some(({ how }) => how === wanted);
    const ends = endsText(results);
    if (!has('as') && !has('against'))
      return {
        agrees: null,
        text: sentences(
          ends,
          t`The difference is within chance: the effect does not show at this size.`,
        ),
      };
    return {
      agrees: has('against') ? false : has('alike') ? null : true,
      text: sentences(
        ends,
        has('as') ? t`Beside the original as published: ${names('as')}.` : '',
        has('against') ? t`The opposite of what was published: ${names('against')}.` : '',
        has('alike') ? t`Within chance of it: ${names('alike')}.` : '',
      ),
    };
  },
};
