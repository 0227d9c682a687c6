/** What the page shows of a run that is new, resumed or taken back to its start; and the colours that are free. */
import type { RunConfig } from '../model/config.ts';
import type { ResumedRun } from '../training/protocol/events.ts';
import type { RunId } from '../training/runIdentity.ts';
import { type LibraryState, newLibraryId, type RunView } from './state.ts';

/** A run that nothing has happened to yet. */
export function freshRun(id: RunId, colourIndex: number, name: string, config: RunConfig): RunView {
  return {
    ...{
      id,
      tabKey: newLibraryId(),
      colourIndex,
      name,
      startId: null,
      config,
      originalConfig: null,
      preparedConfig: null,
      draft: null,
      pending: [],
      prepared: null,
    },
    ...{ isNamed: false, libraryId: newLibraryId(), storedStep: null },
    ...{
      kernelCode: null,
      weightsFrom: null,
      markers: [],
      evaluation: null,
      bestAccuracy: null,
      diverged: null,
      finished: false,
      finalWeights: null,
      expectedSha256: null,
    },
  };
}

/** A run of a checkpoint, as it stood. */
export function resumedRun(saved: ResumedRun): RunView {
  const { id, colourIndex, name, config, status, divergence, step, marks, history } = saved;
  const { evaluations } = history;
  return {
    ...freshRun(id, colourIndex, name, config),
    startId: saved.startId ?? null,
    originalConfig: saved.originalConfig ?? null,
    preparedConfig: config,
    markers: [...marks, { step, label: 'resumed' }],
    evaluation: evaluations.at(-1) ?? null,
    bestAccuracy: evaluations.reduce<number | null>(
      (best, { accuracy }) => Math.max(best ?? 0, accuracy),
      null,
    ),
    diverged: divergence === null ? null : { ...divergence, lastGoodStep: step },
    finished: status === 'finished',
    finalWeights: saved.finalWeights,
  };
}

/** The run as it was before its first step. */
export function rewound(run: RunView): RunView {
  return {
    ...run,
    ...{ startId: null, pending: [], markers: [], evaluation: null, bestAccuracy: null },
    ...{ diverged: null, finished: false, finalWeights: null },
  };
}

/** The first colour that neither a live run has nor a stored one that is drawn. */
export const freeColourBeside = (runs: readonly RunView[], { runs: stored }: LibraryState) =>
  freeColourIndex([...runs, ...(stored?.filter(({ isPinned }) => isPinned) ?? [])]);

/** The first colour that no run has. */
export function freeColourIndex(runs: readonly { readonly colourIndex: number }[]): number {
  let colourIndex = 0;
  while (runs.some((run) => run.colourIndex === colourIndex)) colourIndex++;
  return colourIndex;
}
