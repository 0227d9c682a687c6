/** He et al. 2015, table 3: what a shortcut does where the shape changes. */
import type { Arm, Experiment, ExperimentSize } from '../experiment.ts';
import { armOf, compareErrors, endText, testErrors } from '../measure.ts';
import { configOf, depths } from '../setup.ts';

const BLOCKS = 5;

function arms(size: ExperimentSize): Arm[] {
  const stageDepths = depths(size, BLOCKS);
  const arm = (id: string, name: string, projection: 'A' | 'B' | 'C', shortcuts = true): Arm => ({
    id,
    name,
    changes: [],
    config: configOf(size, { stageDepths, projection, shortcuts }),
  });
  return [
    arm('plain', 'Plain', 'A', false),
    arm('option-a', 'Option A', 'A'),
    arm('option-b', 'Option B', 'B'),
    arm('option-c', 'Option C', 'C'),
  ];
}

export const projections: Experiment = {
  id: 'shortcut-options',
  title: 'Shortcut options A, B, C',
  question: 'Must a shortcut learn anything?',
  lookFor:
    'Where a stage halves the image and doubles the channels, the shortcut has to change shape. Option A pads with zeros and has no parameters, B puts a 1×1 convolution there, C puts one on every shortcut. All three stand clearly below the plain net and close to each other: what helps is that there is a shortcut, hardly what is on it.',
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: 'Plain-34', value: 28.54, arm: 'plain' },
      { label: 'ResNet-34, A', value: 25.03, arm: 'option-a' },
      { label: 'ResNet-34, B', value: 24.52, arm: 'option-b' },
      { label: 'ResNet-34, C', value: 24.19, arm: 'option-c' },
    ],
    source: 'He et al. 2015, §4.1, table 3',
    setting: 'ImageNet, 1,000 classes, 34 layers, 10-crop test, trained to the end.',
  },
  scale: {
    tiny: 'A few steps of minimal nets: only whether everything runs.',
    small:
      'Depth 32 on CIFAR-10, half as wide, images of 16×16, 300 steps. The plain net falls behind; the tenths that part A, B and C in the paper are smaller than chance here.',
    full: 'Depth 32 on CIFAR-10 at the paper’s CIFAR widths, 2,000 steps.',
    paper:
      'Depth 32 on CIFAR-10 by the paper’s CIFAR recipe, 64,000 steps; its table is ImageNet’s.',
  },
  figure: { type: 'bars' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const of = (arm: string) => armOf(results, arm);
    const [plain, ...options] = [of('plain'), of('option-a'), of('option-b'), of('option-c')];
    const numbers = `Training error at the end: ${[plain, ...options].map((result) => `${result.name} ${endText(result)}`).join(', ')}.`;
    const all = options.every(({ end }) => compareErrors(end, plain.end) === 'lower');
    const errors = options.map(({ end }) => end.error);
    const spread = Math.max(...errors) - Math.min(...errors);
    const gap = plain.end.error - Math.max(...errors);
    if (!all)
      return {
        agrees: false,
        text: `${numbers} That every option beats the plain net is not shown at this size.`,
      };
    return {
      agrees: true,
      text: `${numbers} Every option is better than none by at least ${gap.toFixed(1)} points, as in the paper; between A, B and C lie ${spread.toFixed(1)} points${spread < gap ? ', less than that: what is on the shortcut matters less than that it is there' : ''}.`,
    };
  },
};
