/** What the sizes of all experiments share: images, batches, schedules. */
import type { LearningRate, RunConfig, RunConfigInput } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import type { ExperimentSize } from './sizes.ts';

type ModelInput = NonNullable<RunConfigInput['model']>;
type TrainingInput = NonNullable<RunConfigInput['training']>;

interface SizeSetup {
  readonly model: ModelInput;
  readonly training: TrainingInput & { readonly steps: number; readonly batchSize: number };
  readonly data: NonNullable<RunConfigInput['data']>;
}

const RECIPE = { optimizer: { momentum: 0.9, weightDecay: 1e-4 } } as const;

/** The paper's rate, divided by 10 at a half and at three quarters of the steps as there. */
export const stepped = (
  steps: number,
  warmupSteps = 0,
  base = 0.1,
): Exclude<LearningRate, number> => ({
  type: 'step',
  base,
  warmupSteps,
  drops: [Math.floor(steps / 2), Math.floor((3 * steps) / 4)],
});

/**
 * For nets that take more steps in the small size to show what they can. Small batches make more steps of the same images,
 * and at the paper's rate, twice this one, the deeper ones spend too many of them on getting started.
 */
export const smallBatches = (steps: number): TrainingInput => ({
  batchSize: 32,
  steps,
  learningRate: stepped(steps, 0, 0.05),
});

const SETUPS: Readonly<Record<ExperimentSize, SizeSetup>> = {
  tiny: {
    model: { stageWidths: [4, 8], inputSize: 8 },
    training: { ...RECIPE, batchSize: 8, steps: 4, learningRate: 0.1 },
    data: { train: 64, test: 16 },
  },
  small: {
    model: { stageWidths: [8, 16, 32], inputSize: 16 },
    training: { ...RECIPE, batchSize: 64, steps: 300, learningRate: stepped(300) },
    data: { train: 10_000, test: 1000 },
  },
  full: {
    model: { stageWidths: [16, 32, 64], inputSize: 32 },
    training: { ...RECIPE, batchSize: 128, steps: 2000, learningRate: stepped(2000) },
    data: { train: 50_000, test: 10_000 },
  },
  /** He et al. 2015, §4.2. */
  paper: {
    model: { stageWidths: [16, 32, 64], inputSize: 32 },
    training: { ...RECIPE, batchSize: 128, steps: 64_000, learningRate: stepped(64_000) },
    data: { train: 50_000, test: 10_000 },
  },
};

/** Steps of an experiment in a size, where it says nothing else. */
export const stepsOf = (size: ExperimentSize): number => SETUPS[size].training.steps;

/** Blocks a stage: as many stages as the size has widths. */
export function depths(size: ExperimentSize, blocks: number): number[] {
  const stages = SETUPS[size].model.stageWidths ?? [];
  return stages.map(() => (size === 'tiny' ? 1 : blocks));
}

/** A run config of a size, with what the arm has otherwise. All arms share seed, images and order. */
export function configOf(
  size: ExperimentSize,
  model: ModelInput,
  training: TrainingInput = {},
): RunConfig {
  const setup = SETUPS[size];
  const steps = training.steps ?? setup.training.steps;
  const learningRate =
    size === 'tiny' || training.steps === undefined ? {} : { learningRate: stepped(steps) };
  return completeConfig({
    version: 1,
    model: { ...setup.model, ...model },
    training: { ...setup.training, ...learningRate, ...training },
    data: setup.data,
  });
}
