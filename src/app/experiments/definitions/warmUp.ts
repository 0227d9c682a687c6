/** He et al. 2015, §4.2: depth 110 does not start at the full learning rate. */
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, testErrors } from '../measure.ts';
import { stepped } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { deepArm, fasterStart } from './deepStart.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md): when the net without warm-up gets off the ground depends on the seed. */
const SEED_SCATTER = 3.7;
const STEPS: Readonly<Record<ExperimentSize, number>> = {
  /** So many that a test can reload the page in the middle. */
  tiny: 400,
  small: 300,
  full: 3000,
  paper: 64_000,
};
const WARM_UP: Readonly<Record<ExperimentSize, number>> = {
  tiny: 2,
  small: 150,
  full: 400,
  paper: 400,
};

function arms(size: ExperimentSize): Arm[] {
  const steps = STEPS[size];
  const rate = (warmupSteps: number) => ({
    ...stepped(steps, warmupSteps),
    // The question is the start: the rate falls only in the whole schedule.
    ...(size === 'paper' ? {} : { drops: [] }),
  });
  return [
    deepArm(size, { id: 'none', name: 'No warm-up' }, {}, { steps, learningRate: rate(0) }),
    deepArm(
      size,
      { id: 'warm', name: 'Warm-up' },
      {},
      { steps, learningRate: rate(WARM_UP[size]) },
    ),
  ];
}

export const warmUp: Experiment = {
  id: 'warm-up',
  title: t`Depth 110, warm-up`,
  question: t`Why must 110 layers start slowly?`,
  lookFor: t`At depth 110 a learning rate of 0.1 is slightly too large to start with: the first steps send the net back to guessing, where it stays for several epochs (He et al. 2015). The paper trains at a low rate first (0.01 until the error is below 80 %, about 400 steps); here the rate rises evenly to 0.1. Watch where each loss leaves 2.3, the loss of guessing.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: t`ResNet-110, warm-up`, value: 6.43, note: t`6.61 ± 0.16 of five`, arm: 'warm' },
    ],
    source: t`He et al. 2015, §4.2, table 6, and the footnote on warming up`,
    setting: t`CIFAR-10, 64,000 steps. Without warm-up the net starts to converge (below 90 % error) only after several epochs, but ends just as well.`,
  },
  scale: {
    tiny: t`Minimal nets, just to check that everything runs.`,
    small: t`Half as wide, images of 16×16, batch 32, the first 300 steps with the rate rising over 150 of them. It does not show from every seed: of three nets without warm-up one was still guessing at the end, one was late and one as good as with it. With warm-up all three ended alike.`,
    full: t`The paper’s widths, the first 3,000 steps with the rate rising over 400.`,
    paper: t`The paper’s 64,000 steps with the rate rising over 400.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'loss' },
  arms,
  own: testErrors,
  verdict: (results) =>
    fasterStart(
      armOf(results, 'none'),
      armOf(results, 'warm'),
      SEED_SCATTER,
      t`Warmed up, the net gets off the ground earlier, as in the paper.`,
    ),
};
