/** What the tour says of the networks on the page: measured, never made up. */
import { hasShortcuts } from '../../model/shortcuts.ts';
import type { RunHistory } from '../../training/history.ts';
import { recentGradientRatio } from '../layers.ts';
import type { RunView } from '../state.ts';
import { type Lead, lastSwitched, leadOf, stepsOf, type Switched } from '../story/evidence.ts';
import type { TourStage } from './tourRuns.ts';

interface TourRun {
  readonly name: string;
  /** Steps done. */
  readonly steps: number;
  /** Share of test images classified correctly, 0–1; null before the first test. */
  readonly accuracy: number | null;
  /** Gradient norm of the first layer over that of the last convolution, over the last steps. */
  readonly gradientRatio: number | null;
}

export interface TourFacts {
  readonly stage: TourStage;
  readonly residual: TourRun | null;
  readonly plain: TourRun | null;
  /** Steps that both have done. */
  readonly steps: number;
  /** Of the residual network over the plain one; null before it can be told. */
  readonly lead: Lead | null;
  /** The last time that a run lost shortcuts while it trained. */
  readonly cut: Switched | null;
  /** The last time that a run regained shortcuts after that. */
  readonly restored: Switched | null;
  /** A cut waits for the next step. */
  readonly isCutPending: boolean;
  readonly isTraining: boolean;
}

function tourRun({ name, evaluation }: RunView, history: RunHistory): TourRun {
  const ratio = recentGradientRatio(history);
  return {
    name,
    steps: stepsOf(history),
    accuracy: evaluation?.accuracy ?? null,
    gradientRatio: Number.isFinite(ratio) ? ratio : null,
  };
}

const last = (switches: readonly Switched[]): Switched | null =>
  switches.toSorted((a, b) => a.step - b.step).at(-1) ?? null;

interface Told {
  readonly runs: readonly RunView[];
  readonly stage: TourStage;
  readonly isTraining: boolean;
}

/** @param historyOf a run’s measurements. */
export function tourFacts(
  { runs, stage, isTraining }: Told,
  historyOf: (id: string) => RunHistory,
): TourFacts {
  // A network that lost its shortcuts during training is still the one that began with them.
  const began = (run: RunView) => lastSwitched(run, historyOf(run.id), true) !== null;
  const residual = runs.find((run) => hasShortcuts(run.config.model) || began(run));
  const plain = runs.find((run) => run !== residual && !hasShortcuts(run.config.model));
  const [first, second] = [residual, plain].map((run) =>
    run === undefined ? null : tourRun(run, historyOf(run.id)),
  );
  const cut = last(runs.flatMap((run) => lastSwitched(run, historyOf(run.id), true) ?? []));
  const switched = last(runs.flatMap((run) => lastSwitched(run, historyOf(run.id)) ?? []));
  return {
    stage,
    residual: first ?? null,
    plain: second ?? null,
    steps: Math.min(first?.steps ?? 0, second?.steps ?? first?.steps ?? 0),
    lead:
      residual === undefined || plain === undefined
        ? null
        : leadOf(historyOf(residual.id), historyOf(plain.id)),
    cut,
    restored: cut !== null && switched !== null && !switched.isCut ? switched : null,
    isCutPending: runs.some(({ pending }) =>
      pending.some(
        (change) => (change.kind === 'shortcuts' || change.kind === 'blockShortcut') && !change.on,
      ),
    ),
    isTraining,
  };
}
