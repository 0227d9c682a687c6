/** Huang et al. 2016: branches that count in a part of the steps. */
import type { Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';
import { blockVariant, SEED_SCATTER } from './blockVariant.ts';

export const stochasticDepth: Experiment = {
  id: 'stochastic-depth',
  title: t`Stochastic depth`,
  question: '',
  lookFor: '',
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'constant depth', value: 6.41, arm: 'constant' },
      { label: 'stochastic depth', value: 5.25, arm: 'stochastic' },
    ],
    source: '',
    setting: '',
  },
  scale: { tiny: '', small: '', full: '', paper: '' },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms: (size) => [
    blockVariant(size, 'constant', 'Constant depth', {}),
    blockVariant(size, 'mild', 'Survival 0.8', { survival: 0.8 }),
    blockVariant(size, 'stochastic', 'Survival 0.5', { survival: 0.5 }),
  ],
  own: testErrors,
  verdict: (results) => {
    const order = compareErrors(
      armOf(results, 'stochastic').end,
      armOf(results, 'constant').end,
      SEED_SCATTER,
    );
    return { agrees: order === 'lower', text: sentences(endsText(results), '') };
  },
};
