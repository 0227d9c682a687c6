/** What BatchNorm and shortcuts do to the gradient on its way to the input, at initialisation. */

import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, firstToLast, short } from '../measure.ts';
import { configOf, depths } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Standard deviations from seed to seed, measured in Small (docs/results.md): of the growth per layer … */
const GROWTH_SCATTER = 0.03;
/** … and of the logarithm of the first layer's norm over the last convolution's. */
const LOG_RATIO_SCATTER = 0.31;
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 5, full: 9, paper: 18 };
const STEPS: Readonly<Record<ExperimentSize, number>> = { tiny: 3, small: 20, full: 20, paper: 20 };

function arms(size: ExperimentSize): Arm[] {
  const arm = (
    id: string,
    name: string,
    shortcuts: boolean,
    normalization: 'batch' | 'none',
  ): Arm => ({
    id,
    name,
    changes: [],
    config: configOf(
      size,
      { stageDepths: depths(size, BLOCKS[size]), shortcuts, normalization },
      // Nothing moves, so that all batches see the first weights.
      { steps: STEPS[size], learningRate: 0 },
    ),
  });
  return [
    arm('plain-batch', 'Plain, BatchNorm', false, 'batch'),
    arm('residual-batch', 'Residual, BatchNorm', true, 'batch'),
    arm('plain-none', 'Plain, no norm', false, 'none'),
    arm('residual-none', 'Residual, no norm', true, 'none'),
  ];
}

/** Growth of the gradient norm by a layer towards the input: the slope of log‖∇‖ over the middle stage, whose layers have one shape. */
function growthPerLayer({ profile: { layer, gradNorm } }: ArmResult): number {
  const middle = layer.flatMap((name, i) =>
    /^layer2\.(?!0\.)/.test(name) ? [Math.log(gradNorm[i] ?? Number.NaN)] : [],
  );
  const n = middle.length;
  if (n < 2) return Number.NaN;
  const centre = (n - 1) / 2;
  let top = 0;
  let bottom = 0;
  for (const [i, value] of middle.entries()) {
    top += (i - centre) * value;
    bottom += (i - centre) ** 2;
  }
  return Math.exp(-top / bottom);
}

const ownGrowth = (results: readonly ArmResult[]) =>
  results.flatMap((result) => {
    const value = growthPerLayer(result);
    return Number.isFinite(value) ? [{ arm: result.arm, value }] : [];
  });

export const gradientFlow: Experiment = {
  id: 'gradient-flow',
  title: t`Gradient flow`,
  question: t`What do BatchNorm and shortcuts do to the gradient on its way to the input?`,
  lookFor: t`Nothing is learned here: the learning rate is 0, and the gradient of the first weights is averaged over the batches. Follow each line from the classifier (right) to the image (left). With BatchNorm and no shortcuts it rises, layer by layer, by a constant factor: gradients explode, they don’t vanish. Shortcuts flatten it. Without BatchNorm both lines are flat but lie powers of ten apart: the plain net’s signal fades and hardly any gradient is left, while every residual block adds its branch to the signal, so that loss and gradient are huge from the start.`,
  published: {
    quantity: 'Gradient norm, growth per layer',
    unit: '×',
    values: [{ label: t`Plain, BatchNorm`, value: 1.21, note: t`theory`, arm: 'plain-batch' }],
    source: t`Luther 2020, “Why Batch Norm Causes Exploding Gradients”; Yang et al. 2019, “A Mean Field Theory of Batch Normalization”: √(π/(π−1))`,
    setting: t`Theory for wide, fully connected ReLU nets without shortcuts, at initialisation. He et al. 2015, §4.1, only say that plain nets with BatchNorm have “healthy” gradient norms.`,
  },
  scale: {
    tiny: t`Three batches of minimal nets, just to check that everything runs.`,
    small: t`Depth 32, half as wide, images of 16×16, 20 batches of 64.`,
    full: t`Depth 56 and the paper’s widths, 20 batches of 128.`,
    paper: t`Depth 110 and the paper’s widths, 20 batches of 128.`,
  },
  seedScatter: null,
  figure: { type: 'profile' },
  arms,
  own: ownGrowth,
  verdict: (results) => {
    const ratio = (arm: string) => firstToLast(armOf(results, arm));
    const [plain, residual] = [ratio('plain-batch'), ratio('residual-batch')];
    const growth = growthPerLayer(armOf(results, 'plain-batch'));
    const resGrowth = growthPerLayer(armOf(results, 'residual-batch'));
    const numbers = t`From the last convolution to the first the gradient norm changes by a factor of ${short(plain)} in the plain net with BatchNorm and ${short(residual)} with shortcuts; without BatchNorm by ${short(ratio('plain-none'))} and ${short(ratio('residual-none'))}.`;
    if (!Number.isFinite(growth))
      return {
        agrees: null,
        text: sentences(numbers, t`These nets are too shallow to measure growth per layer.`),
      };
    const isBeyondChance =
      growth - 1 > 2 * GROWTH_SCATTER &&
      growth - resGrowth > 2 * Math.SQRT2 * GROWTH_SCATTER &&
      Math.log(plain / residual) > 2 * Math.SQRT2 * LOG_RATIO_SCATTER;
    return {
      agrees: isBeyondChance,
      text: sentences(
        numbers,
        isBeyondChance
          ? t`The plain net’s gradient grows by ${growth.toFixed(2)} per layer of conv3_x, against the theory’s 1.21 for wide, fully connected nets; with shortcuts it grows by ${resGrowth.toFixed(2)}.`
          : t`The growth that theory has for plain nets with BatchNorm is not shown at this size.`,
      ),
    };
  },
};
