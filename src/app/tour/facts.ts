/** What the tour says of the running nets: measured, never made up. */
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { RunHistory } from '../../training/history.ts';
import { gradientRatio, weightLayers } from '../layers.ts';
import type { RunView } from '../state.ts';

/** Steps over which a loss is averaged: single batches scatter. */
const MEAN_STEPS = 10;

interface TourRun {
  readonly name: string;
  /** Steps done. */
  readonly steps: number;
  /** Mean training loss of the last steps; null before there are enough. */
  readonly loss: number | null;
  /** Gradient norm of the first layer over that of the last, at the last step. */
  readonly gradientRatio: number | null;
}

export interface Cut {
  /** The first step without some of its shortcuts. */
  readonly step: number;
  /** Mean training loss of the steps before, and of the first ones after; null where these are still to come. */
  readonly before: number | null;
  readonly after: number | null;
}

export interface TourFacts {
  readonly residual: TourRun | null;
  readonly plain: TourRun | null;
  /** Steps that both have done. */
  readonly steps: number;
  /** The last time that a run lost shortcuts while it trained. */
  readonly cut: (Cut & { readonly name: string }) | null;
}

/** Mean loss over steps `from` … `end` - 1; null where not all of them have been done. */
function meanLoss(history: RunHistory, from: number, end: number): number | null {
  const done = (history.latest?.step ?? -1) + 1;
  if (from < 0 || end > done || from >= end) return null;
  const first = history.rowOf(from);
  const last = history.rowOf(end - 1);
  if (first < 0) return null;
  const rows = history.loss.mean.subarray(first, last + 1);
  return rows.reduce((sum, loss) => sum + loss, 0) / rows.length;
}

function tourRun({ name }: RunView, history: RunHistory): TourRun {
  const { latest, parameterNames } = history;
  const steps = (latest?.step ?? -1) + 1;
  const ratio =
    latest === null ? Number.NaN : gradientRatio(weightLayers(parameterNames), latest.gradNorm);
  return {
    name,
    steps,
    loss: meanLoss(history, steps - MEAN_STEPS, steps),
    gradientRatio: Number.isFinite(ratio) ? ratio : null,
  };
}

/** Labels that the worker gives to the loss of shortcuts (`training/changes.ts`). */
const CUT = /shortcuts? (off|cut)$/;

function cutOf(run: RunView, history: RunHistory): TourFacts['cut'] {
  const marker = run.markers.findLast(({ step, label }) => step > 0 && CUT.test(label));
  if (marker === undefined) return null;
  const { step } = marker;
  const before = meanLoss(history, Math.max(0, step - MEAN_STEPS), step);
  return { name: run.name, step, before, after: meanLoss(history, step, step + MEAN_STEPS) };
}

/** @param historyOf a run's measurements. */
export function tourFacts(
  runs: readonly RunView[],
  historyOf: (id: string) => RunHistory,
): TourFacts {
  // A net that lost its shortcuts during training is still the one that began with them.
  const began = (run: RunView) => run.markers.some(({ label }) => CUT.test(label));
  const residual = runs.find((run) => hasShortcuts(run.config.model) || began(run));
  const plain = runs.find((run) => run !== residual && !hasShortcuts(run.config.model));
  const [first, second] = [residual, plain].map((run) =>
    run === undefined ? null : tourRun(run, historyOf(run.id)),
  );
  const cuts = runs.map((run) => cutOf(run, historyOf(run.id))).filter((cut) => cut !== null);
  return {
    residual: first ?? null,
    plain: second ?? null,
    steps: Math.min(first?.steps ?? 0, second?.steps ?? first?.steps ?? 0),
    cut: cuts.toSorted((a, b) => a.step - b.step).at(-1) ?? null,
  };
}
