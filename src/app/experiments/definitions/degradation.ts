/** He et al. 2015, fig. 1 and 6: deeper plain nets train worse, deeper residual nets do not. */
import { networkName } from '../../../model/networkName.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, chanceOf, compareErrors, endText, testErrors } from '../measure.ts';
import { configOf, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 1.9;

/** Blocks a stage of the shallower and the deeper nets. */
const DEPTHS: Readonly<Record<ExperimentSize, readonly [number[], number[]]>> = {
  tiny: [
    [1, 1],
    [2, 2],
  ],
  small: [
    [3, 3, 3],
    [7, 7, 7],
  ],
  full: [
    [3, 3, 3],
    [9, 9, 9],
  ],
  paper: [
    [3, 3, 3],
    [9, 9, 9],
  ],
};

function arms(size: ExperimentSize): Arm[] {
  const [shallow, deep] = DEPTHS[size];
  const training = size === 'small' ? smallBatches(1600) : {};
  const arm = (id: string, stageDepths: number[], shortcuts: boolean): Arm => {
    const config = configOf(size, { stageDepths, shortcuts }, training);
    return { id, name: networkName(config.model), config, changes: [] };
  };
  return [
    arm('plain-shallow', shallow, false),
    arm('plain-deep', deep, false),
    arm('residual-shallow', shallow, true),
    arm('residual-deep', deep, true),
  ];
}

export const degradation: Experiment = {
  id: 'degradation',
  title: t`Degradation`,
  question: t`Does a deeper net learn the training images worse?`,
  lookFor: t`The deeper plain net could copy the shallower one and leave its other layers idle, so it can’t be worse at fitting the training images. Yet its training error stays higher: the problem is not overfitting; the net is harder to train. With shortcuts the order reverses or the gap closes. Watch the two plain curves part within the first few hundred steps.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'Plain-20', value: 8.18, arm: 'plain-shallow' },
      { label: 'Plain-56', value: 13.31, arm: 'plain-deep' },
      { label: 'ResNet-20', value: 7.37, arm: 'residual-shallow' },
      { label: 'ResNet-56', value: 5.89, arm: 'residual-deep' },
    ],
    source: t`Li et al. 2018, “Visualizing the Loss Landscape of Neural Nets”, test errors of its nets; curves: He et al. 2015, fig. 6`,
    setting: t`CIFAR-10, nets 16·32·64 wide, trained to the end. He et al. have 8.75 % for ResNet-20 and 6.97 % for ResNet-56.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Depth 20 and 44, half as wide, 10,000 images of 16×16, 1,600 steps of 32 images against the paper’s 64,000 of 128. Errors are far higher, but it shows that depth costs the plain net a lot and the residual net little. The gain from depth in a residual net takes longer to appear: after so few steps the deeper one is still about three points behind.`,
    full: t`The paper’s nets and images, 2,000 of its 64,000 steps.`,
    paper: t`The paper’s recipe.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [shallow, deep] = [of('plain-shallow'), of('plain-deep')];
    const [resShallow, resDeep] = [of('residual-shallow'), of('residual-deep')];
    const plain = compareErrors(deep.end, shallow.end, SEED_SCATTER);
    const residual = compareErrors(resDeep.end, resShallow.end, SEED_SCATTER);
    const gap = deep.end.error - shallow.end.error;
    const resGap = resDeep.end.error - resShallow.end.error;
    const numbers = t`${deep.name} ends at ${endText(deep)} training error, ${shallow.name} at ${endText(shallow)}; ${resDeep.name} at ${endText(resDeep)}, ${resShallow.name} at ${endText(resShallow)}.`;
    if (plain !== 'higher')
      return {
        agrees: false,
        text: sentences(
          numbers,
          t`At this size it does not show that the deeper plain net is worse.`,
        ),
      };
    const ends = [shallow, deep, resShallow, resDeep].map(({ end }) => end);
    const isLess = gap - resGap > chanceOf(SEED_SCATTER, ...ends);
    const [costs, plainCosts] = [resGap.toFixed(1), gap.toFixed(1)];
    const shortcuts = !isLess
      ? t`With shortcuts depth costs ${costs} points instead of ${plainCosts}, which one run of each net can’t tell from chance.`
      : residual === 'lower'
        ? t`With shortcuts the deeper one is better, as in the paper.`
        : residual === 'alike'
          ? t`With shortcuts the two depths end within chance of each other.`
          : t`With shortcuts depth costs ${costs} points instead of ${plainCosts}; in the paper, after 64,000 steps, the deeper residual net is the better one.`;
    return {
      agrees: isLess ? true : null,
      text: sentences(
        numbers,
        t`The deeper plain net is worse on the images it was trained on, as in the paper.`,
        shortcuts,
      ),
    };
  },
};
