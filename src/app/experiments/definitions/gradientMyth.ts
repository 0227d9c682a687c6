/** BatchNorm × shortcuts at two depths: whether the gradient of a plain net vanishes, at step 0 and while it trains. */
import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, short, startRatio, trainedRatio } from '../measure.ts';
import { configOf } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { listed } from '../../../text/language.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Standard deviations from seed to seed, measured in Small (docs/results.md): of the logarithm of the ratio at step 0 … */
const LOG_RATIO_SCATTER = 0.65;
/** … and of that of the first layer's norm in the plain nets without BatchNorm. */
const LOG_NORM_SCATTER = 1.1;
/** Up to a factor of three the pull is called even, as beside the runs. */
const EVEN = 3;

const DEPTHS = [
  { depth: 20, blocks: 3 },
  { depth: 56, blocks: 9 },
] as const;
const STEPS: Readonly<Record<ExperimentSize, number>> = {
  tiny: 4,
  small: 200,
  full: 1000,
  paper: 64_000,
};

function arms(size: ExperimentSize): Arm[] {
  const training = size === 'paper' ? {} : ({ steps: STEPS[size], learningRate: 0.1 } as const);
  return DEPTHS.flatMap(({ depth, blocks }, i) => {
    const stageDepths = size === 'tiny' ? [i + 1, i + 1] : [blocks, blocks, blocks];
    const pair = (id: string, words: string, normalization: 'batch' | 'none'): Arm[] =>
      [false, true].map((shortcuts) => ({
        id: `${shortcuts ? 'residual' : 'plain'}-${id}-${depth}`,
        name: `${shortcuts ? 'ResNet' : 'Plain'}-${depth}, ${words}`,
        changes: [],
        config: configOf(size, { stageDepths, shortcuts, normalization }, training),
      }));
    return [...pair('batch', 'BatchNorm', 'batch'), ...pair('none', 'no norm', 'none')];
  });
}

/** Growth of the gradient norm by a layer towards the input at step 0, between the last convolution and the first. */
const growthPerLayer = (result: ArmResult): number =>
  startRatio(result) ** (1 / (result.profile.layer.length - 2));

export const gradientMyth: Experiment = {
  id: 'gradient-myth',
  title: t`The vanishing gradient, tested`,
  question: t`Do deep plain nets train badly because their gradients vanish?`,
  lookFor: t`The usual story says so. He et al. 2015, §4.1, doubted it: with BatchNorm, “neither forward nor backward signals vanish”. The figure shows the first layer’s gradient norm over the last convolution’s, from step 0 on. With BatchNorm the plain nets’ gradient explodes towards the input at step 0, the more the deeper they are, and shortcuts even it out. Without BatchNorm it does vanish in the plain nets, but in all layers at once: the norms show it, the ratio does not; with shortcuts it is so large that training diverges. Then see what follows while they train: in the deep plain net with BatchNorm the ratio falls from far above 1 to far below it.`,
  published: {
    quantity: 'Gradient norm, growth per layer',
    unit: '×',
    values: [
      { label: t`Plain-20, BatchNorm`, value: 1.21, note: t`theory`, arm: 'plain-batch-20' },
      { label: t`Plain-56, BatchNorm`, value: 1.21, note: t`theory`, arm: 'plain-batch-56' },
    ],
    source: t`Luther 2020, “Why Batch Norm Causes Exploding Gradients”; Yang et al. 2019, “A Mean Field Theory of Batch Normalization”: √(π/(π−1))`,
    setting: t`Theory for wide, fully connected ReLU nets without shortcuts, at initialisation: over the 18 and 54 layers between the first and the last convolution it makes 31 and 30,000.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Half as wide, images of 16×16, 200 steps of 64 images at rate 0.1. The start shows as in the full size; after 200 steps hardly any of these nets has learned much.`,
    full: t`The paper’s widths, 1,000 steps of 128 images at rate 0.1.`,
    paper: t`The paper’s widths and its 64,000 steps.`,
  },
  seedScatter: null,
  figure: { type: 'flow' },
  arms,
  own: (results) =>
    results.flatMap((result) => {
      const value = growthPerLayer(result);
      return Number.isFinite(value) ? [{ arm: result.arm, value }] : [];
    }),
  verdict: (results) => {
    const both = (id: string, of: (result: ArmResult) => number) =>
      DEPTHS.map(({ depth }) => of(armOf(results, `${id}-${depth}`)));
    const written = (id: string, of: (result: ArmResult) => number) => {
      const [shallow = Number.NaN, deep = Number.NaN] = both(id, of);
      return t`${short(shallow)} and ${short(deep)}`;
    };
    const deepBatch = armOf(results, 'plain-batch-56');
    const lastNorm = deepBatch.flow?.last[0] ?? Number.NaN;
    const later = trainedRatio(deepBatch);
    const diverged = results.filter(({ divergedAt }) => divergedAt !== null);
    const numbers = sentences(
      t`At step 0 the first layer’s gradient is ${written('plain-batch', startRatio)} times the last convolution’s in the plain nets of 20 and 56 layers with BatchNorm, ${written('residual-batch', startRatio)} times with shortcuts.`,
      t`Without BatchNorm it is ${written('plain-none', startRatio)} times, at norms of ${written('plain-none', firstNorm)} in the first layer, and with shortcuts ${written('residual-none', startRatio)} times, at norms of ${written('residual-none', firstNorm)}. In Plain-56 with BatchNorm the last convolution’s norm is ${short(lastNorm)}.`,
      t`Over the second half of the steps the ratio with BatchNorm is ${written('plain-batch', trainedRatio)} in the plain nets, ${written('residual-batch', trainedRatio)} with shortcuts.`,
      diverged.length === 0 ? '' : t`Diverged: ${listed(diverged.map(({ name }) => `“${name}”`))}.`,
    );
    const [shallow = Number.NaN, deep = Number.NaN] = both('plain-batch', startRatio);
    const [, evened = Number.NaN] = both('residual-batch', startRatio);
    const [, faded = Number.NaN] = both('plain-none', firstNorm);
    const isBeyond = (ratio: number, scatter: number) => Math.log(ratio) > 2 * scatter;
    const ofTwo = Math.SQRT2 * LOG_RATIO_SCATTER;
    const isShown =
      isBeyond(shallow, LOG_RATIO_SCATTER) &&
      isBeyond(deep / shallow, ofTwo) &&
      isBeyond(deep / evened, ofTwo) &&
      isBeyond(lastNorm / faded, Math.SQRT2 * LOG_NORM_SCATTER);
    if (!isShown)
      return {
        agrees: false,
        text: sentences(
          numbers,
          t`At this size it does not show beyond chance that BatchNorm makes the plain nets’ gradient explode, that shortcuts even it out, and that without BatchNorm it vanishes.`,
        ),
      };
    return {
      agrees: true,
      text: sentences(
        numbers,
        t`With BatchNorm the plain nets’ gradient does not vanish at the start: it explodes, the more the deeper they are, and shortcuts even it out. Without BatchNorm it vanishes, in all layers at once.`,
        later < 1 / EVEN
          ? t`While it trains, the first layer of the deep plain net does get far less gradient than the last convolution: what vanishes there had exploded before.`
          : '',
      ),
    };
  },
};

/** At step 0; NaN where it was not measured. */
const firstNorm = ({ flow }: ArmResult): number => flow?.first[0] ?? Number.NaN;
