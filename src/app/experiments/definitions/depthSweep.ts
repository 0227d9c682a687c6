/** He et al. 2015, §4.2: training error against depth, the figure every lecture draws by hand. */
import { networkName } from '../../../model/networkName.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, chanceOf, compareErrors, endText, testErrors } from '../measure.ts';
import { configOf, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 1.8;

/** Blocks a stage, and what that makes of three stages. */
const DEPTHS = [
  { blocks: 1, depth: 8 },
  { blocks: 2, depth: 14 },
  { blocks: 3, depth: 20 },
  { blocks: 5, depth: 32 },
  { blocks: 7, depth: 44 },
  { blocks: 9, depth: 56 },
] as const;

const plainId = (depth: number): string => `plain-${depth}`;
const residualId = (depth: number): string => `residual-${depth}`;

/** From the shallowest pair to the deepest, so that the figure fills in from left to right. */
function arms(size: ExperimentSize): Arm[] {
  const training = size === 'small' ? smallBatches(800) : {};
  return DEPTHS.flatMap(({ blocks, depth }) => {
    const stageDepths = size === 'tiny' ? [blocks] : [blocks, blocks, blocks];
    const tiny = size === 'tiny' ? { stageWidths: [4] } : {};
    const arm = (id: string, shortcuts: boolean): Arm => {
      const config = configOf(size, { stageDepths, shortcuts, ...tiny }, training);
      return { id, name: networkName(config.model), config, changes: [] };
    };
    return [arm(plainId(depth), false), arm(residualId(depth), true)];
  });
}

export const depthSweep: Experiment = {
  id: 'depth-sweep',
  title: t`Depth sweep`,
  question: t`Up to which depth does a plain net still gain from more layers?`,
  lookFor: t`Twelve nets of 8 to 56 layers, plain and residual, on the same images for the same number of steps; the figure fills in as they finish. The plain line turns up: from some depth on, more layers mean a higher error on the very images that were trained on. The residual line rises far less, and given more steps not at all. How far left the plain line turns depends on the number of steps; that the two part with depth does not.`,
  published: {
    quantity: 'Test error',
    unit: '%',
    values: [
      { label: 'Plain-20', value: 8.18, arm: plainId(20) },
      { label: 'Plain-56', value: 13.31, arm: plainId(56) },
      { label: 'ResNet-20', value: 7.37, arm: residualId(20) },
      { label: 'ResNet-56', value: 5.89, arm: residualId(56) },
    ],
    source: t`Li et al. 2018, “Visualizing the Loss Landscape of Neural Nets”, test errors of its nets; curves: He et al. 2015, fig. 6`,
    setting: t`CIFAR-10, nets 16·32·64 wide, trained to the end. He et al. have 8.75, 7.51, 7.17 and 6.97 % for ResNet-20, -32, -44 and -56, and above 60 % for Plain-110.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`Half as wide, 10,000 images of 16×16, 800 steps of 32 images against the paper’s 64,000 of 128. In so few steps depth also costs the residual nets something; in the paper the deeper ones end lower.`,
    full: t`The paper’s nets and images, 2,000 of its 64,000 steps.`,
    paper: t`The paper’s recipe, for all twelve nets.`,
  },
  seedScatter: SEED_SCATTER,
  figure: {
    type: 'depths',
    lines: [
      { name: t`Plain`, arms: DEPTHS.map(({ depth }) => plainId(depth)) },
      { name: t`Residual`, arms: DEPTHS.map(({ depth }) => residualId(depth)) },
    ],
  },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (id: (depth: number) => string) =>
      DEPTHS.map(({ depth }) => armOf(results, id(depth)));
    const [plain, residual] = [of(plainId), of(residualId)];
    const [plainBest, residualBest] = [lowest(plain), lowest(residual)];
    const [plainDeep, residualDeep] = [armOf(results, plainId(56)), armOf(results, residualId(56))];
    const numbers = t`Of the plain nets ${plainBest.name} has the lowest training error, ${endText(plainBest)}, and ${plainDeep.name} ${endText(plainDeep)}; of the residual nets ${residualBest.name} has the lowest, ${endText(residualBest)}, and ${residualDeep.name} ${endText(residualDeep)}.`;
    if (compareErrors(plainDeep.end, plainBest.end, SEED_SCATTER) !== 'higher')
      return {
        agrees: false,
        text: sentences(numbers, t`At this size it does not show that depth harms a plain net.`),
      };
    const [cost, resCost] = [
      plainDeep.end.error - plainBest.end.error,
      residualDeep.end.error - residualBest.end.error,
    ];
    const ends = [plainDeep, plainBest, residualDeep, residualBest].map(({ end }) => end);
    const chance = chanceOf(SEED_SCATTER, ...ends);
    if (resCost - cost > chance)
      return {
        agrees: false,
        text: sentences(
          numbers,
          t`From its best depth to 56 layers a plain net loses ${cost.toFixed(1)} points and a residual net ${resCost.toFixed(1)}: the opposite of the published result.`,
        ),
      };
    const isLess = cost - resCost > chance;
    return {
      agrees: isLess ? true : null,
      text: sentences(
        numbers,
        isLess
          ? t`From its best depth to 56 layers a plain net loses ${cost.toFixed(1)} points and a residual net ${resCost.toFixed(1)}: the deeper, the more the shortcuts are worth, as in the paper.`
          : t`From its best depth to 56 layers a plain net loses ${cost.toFixed(1)} points and a residual net ${resCost.toFixed(1)}, which one run of each can’t tell from chance.`,
      ),
    };
  },
};

/** The one with the lowest training error at the end. */
const lowest = (results: readonly ArmResult[]): ArmResult =>
  results.reduce((best, result) => (result.end.error < best.end.error ? result : best));
