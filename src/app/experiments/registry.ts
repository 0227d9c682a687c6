/** All experiments, in the order of the gallery. A new one is a file in `definitions/` and an entry here. */
import { activations } from './definitions/activations.ts';
import { blockOrder } from './definitions/blockOrder.ts';
import { bottleneck } from './definitions/bottleneck.ts';
import { degradation } from './definitions/degradation.ts';
import { depthSweep } from './definitions/depthSweep.ts';
import { gradientFlow } from './definitions/gradientFlow.ts';
import { gradientMyth } from './definitions/gradientMyth.ts';
import { ladder } from './definitions/ladder.ts';
import { preActivation } from './definitions/preActivation.ts';
import { projections } from './definitions/projections.ts';
import { scaledShortcuts } from './definitions/scaledShortcuts.ts';
import { stochasticDepth } from './definitions/stochasticDepth.ts';
import { smallBatch } from './definitions/smallBatches.ts';
import { surgery } from './definitions/surgery.ts';
import { warmUp } from './definitions/warmUp.ts';
import { withoutNorm } from './definitions/withoutNorm.ts';
import { zeroInit } from './definitions/zeroInit.ts';
import type { Arm, Experiment } from './experiment.ts';
import type { ExperimentState } from './state.ts';

export const EXPERIMENTS: readonly Experiment[] = [
  degradation,
  gradientFlow,
  depthSweep,
  gradientMyth,
  activations,
  projections,
  scaledShortcuts,
  bottleneck,
  preActivation,
  blockOrder,
  stochasticDepth,
  zeroInit,
  withoutNorm,
  smallBatch,
  warmUp,
  ladder,
  surgery,
];

/** Of an experiment on the page; none where there is no such experiment. */
export const armsOf = ({
  id,
  size,
  without,
}: Pick<ExperimentState, 'id' | 'size' | 'without'>): readonly Arm[] =>
  experimentOf(id)?.arms(size, without) ?? [];

/** Null where there is no such experiment. */
export const experimentOf = (id: string): Experiment | null =>
  EXPERIMENTS.find((experiment) => experiment.id === id) ?? null;
