/** He et al. 2016, table 1: shortcuts that are anything but the identity. */
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Of the paper's nets, and of those that are trained in minutes. */
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 7, full: 9, paper: 18 };
/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 2;
const STEPS = 600;

function arm(size: ExperimentSize, id: string, name: string, model: object): Arm {
  const config = configOf(
    size,
    { stageDepths: depths(size, BLOCKS[size]), ...model },
    size === 'small' ? smallBatches(STEPS) : {},
  );
  return { id, name, config, changes: [] };
}

export const scaledShortcuts: Experiment = {
  id: 'scaled-shortcuts',
  title: t`Scaled shortcuts`,
  question: t`Must a shortcut be the identity?`,
  lookFor: '',
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`identity`, value: 6.61, arm: 'identity' },
      { label: t`both sides halved`, value: 12.35, arm: 'both' },
      { label: t`shortcut halved`, value: 20, text: '> 20 %', arm: 'shortcut' },
      { label: t`1×1 convolutions`, value: 12.22, arm: 'convolutions' },
    ],
    source: t`He et al. 2016, “Identity Mappings in Deep Residual Networks”, table 1`,
    setting: t`CIFAR-10, ResNet-110, 64,000 steps.`,
  },
  scale: { tiny: '', small: '', full: '', paper: '' },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms: (size) => [
    arm(size, 'identity', 'Identity', {}),
    arm(size, 'both', 'Both halved', { shortcutScale: 0.5, branchScale: 'constant' }),
    arm(size, 'shortcut', 'Shortcut halved', { shortcutScale: 0.5 }),
    arm(size, 'exclusive', 'Exclusive gates', { shortcutGate: 'exclusive' }),
    arm(size, 'gated', 'Gated shortcuts', { shortcutGate: 'shortcutOnly' }),
    arm(size, 'convolutions', '1×1 convolutions', { projection: 'C' }),
    arm(size, 'dropout', 'Dropout', { shortcutDropout: 0.5, shortcutScale: 0.5 }),
  ],
  own: testErrors,
  verdict: (results) => {
    const identity = armOf(results, 'identity').end;
    const order = compareErrors(armOf(results, 'shortcut').end, identity, SEED_SCATTER);
    return { agrees: order === 'higher', text: sentences(endsText(results), '') };
  },
};
