/** He et al. 2016, table 2: where BatchNorm and activation stand in the block. */
import type { Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';
import { blockVariant, SEED_SCATTER } from './blockVariant.ts';

export const blockOrder: Experiment = {
  id: 'block-order',
  title: t`Order in the block`,
  question: '',
  lookFor: '',
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'original', value: 6.61, arm: 'post' },
      { label: 'BatchNorm after addition', value: 8.17, arm: 'norm-after' },
      { label: 'ReLU before addition', value: 7.84, arm: 'act-before' },
      { label: 'full pre-activation', value: 6.37, arm: 'pre' },
    ],
    source: '',
    setting: '',
  },
  scale: { tiny: '', small: '', full: '', paper: '' },
  seedScatter: SEED_SCATTER,
  figure: { type: 'bars' },
  arms: (size) => [
    blockVariant(size, 'post', 'Original', {}),
    blockVariant(size, 'norm-after', 'BatchNorm after', { order: 'normAfterAdd' }),
    blockVariant(size, 'act-before', 'ReLU before', { order: 'actBeforeAdd' }),
    blockVariant(size, 'pre', 'Pre-activation', { order: 'pre' }),
  ],
  own: testErrors,
  verdict: (results) => {
    const order = compareErrors(
      armOf(results, 'norm-after').end,
      armOf(results, 'post').end,
      SEED_SCATTER,
    );
    return { agrees: order === 'higher', text: sentences(endsText(results), '') };
  },
};
