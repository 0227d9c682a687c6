/** What there is to see before the first step, which an untouched page shows. */
import { hasShortcuts, withAllShortcuts } from '../../model/shortcuts.ts';
import { isLearningRateMark } from '../../training/changes.ts';
import { sharingBatches } from '../../training/grouping.ts';
import { sameConfig } from '../edit.ts';
import type { PageState, RunView } from '../state.ts';
import { t } from '../../text/t.ts';

export interface Story {
  /** Changes only when there is something else to see; what is announced to screen readers. */
  readonly phase: string;
  readonly text: string;
}

export type Told = Pick<PageState, 'phase' | 'runs' | 'dataError'>;

/** Of runs that have made no step. */
export function storyAtStart({ phase, runs, dataError }: Told): Story {
  const [first] = runs;
  if (phase === 'opening' || first === undefined) {
    return { phase: 'opening', text: t`Measuring this computer to choose networks that suit it.` };
  }
  if (phase === 'waitingForData' && dataError === null) {
    return {
      phase: 'loading',
      text: t`The first images are on their way; training starts with them.`,
    };
  }
  if (phase === 'training' || phase === 'preparing' || phase === 'tuning') {
    return { phase: 'starting', text: t`The networks are being prepared; the first step is next.` };
  }
  const twins = twinsOf(runs);
  if (twins === null) {
    return { phase: 'start', text: runs.length === 1 ? invitation(first) : startOf(runs) };
  }
  return {
    phase: 'start',
    text: t`${twins.residual.name} and ${twins.plain.name} have the same layers and start from the same weights. Press Train: only the shortcuts can make a difference.`,
  };
}

const invitation = ({ name, config }: RunView): string =>
  hasShortcuts(config.model)
    ? t`Press Train to see ${name} learn, or Add run to set its twin without shortcuts beside it.`
    : t`Press Train to see ${name} learn, or Add run to set its twin with shortcuts beside it.`;

const startOf = (runs: readonly RunView[]): string =>
  sharingBatches(runs).length === 1
    ? t`Press Train: every network sees the same images in the same order.`
    : t`Press Train: each network sees the images in the order of its own seed and batch size.`;

/** Two runs that differ in their shortcuts alone. */
export function twinsOf(runs: readonly RunView[]): { residual: RunView; plain: RunView } | null {
  const [a, b] = runs;
  if (a === undefined || b === undefined || runs.length !== 2) return null;
  const [residual, plain] = hasShortcuts(a.config.model) ? [a, b] : [b, a];
  const differ = hasShortcuts(residual.config.model) && !hasShortcuts(plain.config.model);
  const isTwin =
    sameConfig(withAllShortcuts(residual.config), withAllShortcuts(plain.config)) &&
    pastOf(residual) === pastOf(plain);
  return differ && isTwin ? { residual, plain } : null;
}

/** What a run began with and what was done to it, its shortcuts aside. */
const pastOf = ({ weightsFrom, markers, pending }: RunView): string =>
  JSON.stringify([
    weightsFrom,
    markers.filter(({ label }) => isLearningRateMark(label)),
    pending.filter(({ kind }) => kind === 'learningRate'),
  ]);
