/** Wu & He 2018: what BatchNorm loses where few images are normalised together, and group norm does not. */
import type { Arm, Experiment } from '../experiment.ts';
import { armOf, compareErrors, endsText, testErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';
import { sentences } from '../../../text/sentences.ts';
import { t } from '../../../text/t.ts';

/** Measured in Small (docs/results.md). */
const SEED_SCATTER = 1.1;
const STEPS = 600;

const ARMS = [
  { id: 'whole', name: 'BatchNorm, whole batch', normalization: 'batch' },
  { id: 'four', name: 'BatchNorm, 4 at a time', normalization: 'batch', microBatchSize: 4 },
  { id: 'two', name: 'BatchNorm, 2 at a time', normalization: 'batch', microBatchSize: 2 },
  { id: 'group', name: 'Group norm, 2 at a time', normalization: 'group', microBatchSize: 2 },
] as const;

const arms = (size: ExperimentSize): Arm[] =>
  ARMS.map(({ id, name, normalization, ...parts }) => ({
    ...{ id, name, changes: [] },
    config: configOf(
      size,
      { stageDepths: depths(size, 3), normalization },
      { ...(size === 'small' ? smallBatches(STEPS) : {}), ...parts },
    ),
  }));

export const smallBatch: Experiment = {
  id: 'small-batches',
  title: t`Few images at a time`,
  question: t`What does BatchNorm lose when it sees two images?`,
  lookFor: t`All four nets take the same steps with the same images, but in parts: 4 or 2 images go through at a time, and their gradients add up. BatchNorm normalises each part by its own mean and variance, and those of two images are mostly chance. Group norm normalises each image by itself, so that parts make no difference to it.`,
  published: {
    quantity: 'Top-1 error',
    unit: '%',
    values: [
      { label: t`BatchNorm, 32 images a GPU`, value: 23.6, arm: 'whole' },
      { label: t`BatchNorm, 4 images a GPU`, value: 27.3, arm: 'four' },
      { label: t`BatchNorm, 2 images a GPU`, value: 34.7, arm: 'two' },
      { label: t`Group norm, 2 images a GPU`, value: 24.1, arm: 'group' },
    ],
    source: t`Wu & He 2018, “Group Normalization”, table 2`,
    setting: t`ResNet-50 on ImageNet for 100 epochs on 8 GPUs, each of which normalises its own images.`,
  },
  scale: {
    tiny: t`A few steps of minimal nets, just to check that everything runs.`,
    small: t`ResNet-20 on CIFAR-10, half as wide, images of 16×16, 600 steps of 32 images. What small parts cost BatchNorm shows. That group norm does better does not: in two epochs it learns more slowly.`,
    full: t`ResNet-20 at the paper’s CIFAR widths, 2,000 steps of 128 images.`,
    paper: t`ResNet-20 on CIFAR-10 for 64,000 steps of 128 images.`,
  },
  seedScatter: SEED_SCATTER,
  figure: { type: 'curves', quantity: 'error' },
  arms,
  own: testErrors,
  verdict: (results) => {
    const two = armOf(results, 'two').end;
    const [lost, gained] = ['whole', 'group'].map((arm) =>
      compareErrors(two, armOf(results, arm).end, SEED_SCATTER),
    );
    const ends = endsText(results);
    if (lost === 'higher' && gained === 'higher') {
      const found = t`BatchNorm on two images ends worse than on the whole batch, and worse than group norm, as published.`;
      return { agrees: true, text: sentences(ends, found) };
    }
    if (lost === 'higher') {
      const half = t`BatchNorm on two images ends worse than on the whole batch, as published. That group norm does better does not show in so few steps.`;
      return { agrees: null, text: sentences(ends, half) };
    }
    const open = t`BatchNorm on two images does not end worse than on the whole batch: the effect does not show at this size.`;
    return { agrees: null, text: sentences(ends, open) };
  },
};
