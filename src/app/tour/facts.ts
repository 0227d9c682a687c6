/** What the tour says of the running nets: measured, never made up. */
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { RunHistory } from '../../training/history.ts';
import { recentGradientRatio } from '../layers.ts';
import type { RunView } from '../state.ts';
import { lastSwitched, meanLoss, stepsOf, type Switched } from '../story/evidence.ts';

/** Steps over which a loss is averaged: single batches scatter. */
const MEAN_STEPS = 10;

interface TourRun {
  readonly name: string;
  /** Steps done. */
  readonly steps: number;
  /** Mean training loss of the last steps; null before there are enough. */
  readonly loss: number | null;
  /** Gradient norm of the first layer over that of the last convolution, over the last steps. */
  readonly gradientRatio: number | null;
}

export interface TourFacts {
  readonly residual: TourRun | null;
  readonly plain: TourRun | null;
  /** Steps that both have done. */
  readonly steps: number;
  /** The last time that a run lost shortcuts while it trained. */
  readonly cut: Switched | null;
}

function tourRun({ name }: RunView, history: RunHistory): TourRun {
  const steps = stepsOf(history);
  const ratio = recentGradientRatio(history);
  return {
    name,
    steps,
    loss: meanLoss(history, steps - MEAN_STEPS, steps),
    gradientRatio: Number.isFinite(ratio) ? ratio : null,
  };
}

/** @param historyOf a run's measurements. */
export function tourFacts(
  runs: readonly RunView[],
  historyOf: (id: string) => RunHistory,
): TourFacts {
  // A net that lost its shortcuts during training is still the one that began with them.
  const began = (run: RunView) => lastSwitched(run, historyOf(run.id), true) !== null;
  const residual = runs.find((run) => hasShortcuts(run.config.model) || began(run));
  const plain = runs.find((run) => run !== residual && !hasShortcuts(run.config.model));
  const [first, second] = [residual, plain].map((run) =>
    run === undefined ? null : tourRun(run, historyOf(run.id)),
  );
  const cuts = runs.flatMap((run) => lastSwitched(run, historyOf(run.id), true) ?? []);
  return {
    residual: first ?? null,
    plain: second ?? null,
    steps: Math.min(first?.steps ?? 0, second?.steps ?? first?.steps ?? 0),
    cut: cuts.toSorted((a, b) => a.step - b.step).at(-1) ?? null,
  };
}
