/** What the experiments on the block share: nets of depth 44 in Small, which differ in the block alone. */
import type { RunConfigInput } from '../../../model/config.ts';
import type { ArmResult } from '../armResult.ts';
import type { Arm } from '../experiment.ts';
import { compareErrors } from '../measure.ts';
import { configOf, depths, smallBatches } from '../setup.ts';
import type { ExperimentSize } from '../sizes.ts';

/** Blocks a stage: of nets that are trained in minutes, of the first paper's deepest but one, of the papers' ResNet-110. */
const BLOCKS: Readonly<Record<ExperimentSize, number>> = { tiny: 1, small: 7, full: 9, paper: 18 };
const STEPS = 600;

/** Of a run's training error at the end, as measured in Small (docs/results.md), pooled over the nets of all of them. */
export const SEED_SCATTER = 1.8;
/** Of its test error, likewise. */
export const TEST_SCATTER = 2.1;

/** @param model what tells it from the other arms. */
export function blockVariant(
  size: ExperimentSize,
  id: string,
  name: string,
  model: NonNullable<RunConfigInput['model']>,
): Arm {
  const stageDepths = depths(size, BLOCKS[size]);
  const training = size === 'small' ? smallBatches(STEPS) : {};
  return { id, name, config: configOf(size, { stageDepths, ...model }, training), changes: [] };
}

/** How `a` ends, beside `b`; a net that diverged ends behind one that did not. */
export function compareEnds(a: ArmResult, b: ArmResult): ReturnType<typeof compareErrors> {
  if (a.divergedAt === null && b.divergedAt === null)
    return compareErrors(a.end, b.end, SEED_SCATTER);
  if (a.divergedAt !== null && b.divergedAt !== null) return 'alike';
  return a.divergedAt === null ? 'lower' : 'higher';
}
