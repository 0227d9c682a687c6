/** How events of the training worker change the page's state. Metrics go to `RunHistory` instead. */
import { applyChange } from '../training/changes.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import { isAutomatic, nameAfterSwitch } from './naming.ts';
import { resumedRun, rewound } from './runViews.ts';
import type { PageState, RunView } from './state.ts';
import { withStudyEvent } from './studies.ts';
import { measuredRatio } from './trainingTime.ts';

/** Events that change the state; the rest is handled where it arrives (`pageSession.ts`). */
export type StateEvent = Exclude<
  TrainingEvent,
  | { type: 'metrics' }
  | { type: 'weights' }
  | { type: 'checkpointFile' }
  | { type: 'storageTrouble' }
  | { type: 'undone' }
>;

export function reduce(state: PageState, event: StateEvent): PageState {
  switch (event.type) {
    case 'ready': {
      const { adapter, gflops, maxBufferBytes, passedOver } = event;
      const { noHalfPrecision, arithmetics, remark } = event;
      // What was measured on the way to one engine still holds after another was chosen.
      const compared = event.compared ?? state.engine?.compared ?? null;
      const about = { passedOver, compared, noHalfPrecision, arithmetics, remark };
      const engine = { id: event.engine, ...about };
      const from = state.engine?.id ?? engine.id;
      const engineChange =
        from === engine.id || state.stepsDone === 0
          ? state.engineChange
          : { from, to: engine.id, step: state.stepsDone };
      const phase = state.phase === 'opening' ? 'idle' : state.phase;
      const paceRatio = from === engine.id ? state.paceRatio : null;
      const found = { phase, adapter, engine, engineChange, gflops, maxBufferBytes, paceRatio };
      return { ...state, ...found, deviceLost: null };
    }
    case 'unsupported':
      return { ...state, unsupported: { reason: event.reason, message: event.message } };
    case 'engineRefused':
      return { ...state, engineError: event.message };
    case 'prepared': {
      const { type: _, id, weightsFrom, startId, ...prepared } = event;
      return withRun(state, id, (run): RunView => {
        return { ...run, prepared, weightsFrom, startId, preparedConfig: run.config };
      });
    }
    case 'exportFailed':
      return { ...state, exported: { id: event.id, error: event.message } };
    case 'refused':
      return refused(state, event);
    case 'state':
      return {
        ...state,
        phase: event.state,
        rests: event.rests ?? false,
        paceRatio: event.state === 'paused' ? paceOf(state) : state.paceRatio,
      };
    case 'evaluated': {
      const { step, loss, accuracy } = event;
      return withRun({ ...state, paceRatio: paceOf(state) }, event.id, (run) => ({
        ...run,
        evaluation: { step, loss, accuracy },
        bestAccuracy: Math.max(run.bestAccuracy ?? 0, accuracy),
      }));
    }
    case 'profiled': {
      const { kernelTimes } = state;
      if (kernelTimes?.id !== event.id) return state;
      return { ...state, kernelTimes: { ...kernelTimes, outcome: event.outcome } };
    }
    case 'changed':
      return withRun(state, event.id, (run) => ({
        ...run,
        name: run.isNamed
          ? run.name
          : nameAfterSwitch(
              run.name,
              event.config.model,
              state.runs.filter((other) => other !== run),
            ),
        config: event.config,
        preparedConfig: event.config,
        pending: event.by === undefined ? run.pending.slice(1) : run.pending,
        originalConfig: originalConfigAfter(run, event),
        finished: run.finished && event.step >= event.config.training.steps,
        finalWeights: event.by === 'upkeep' ? run.finalWeights : null,
        markers:
          event.label === ''
            ? run.markers
            : [...run.markers, { step: event.step, label: event.label }],
      }));
    case 'restored':
      return withRun({ ...state, deviceLost: null }, event.id, (run) => ({
        ...run,
        config: event.config,
        preparedConfig: event.config,
        // Whoever was over still is, on another device too.
        ...(event.status === 'live' ? { diverged: null, finished: false, finalWeights: null } : {}),
        markers: [
          ...run.markers.filter(({ step }) => step <= event.step),
          { step: event.step, label: event.label },
        ],
      }));
    case 'reset':
      return withRun(state, event.id, (run) => ({
        ...rewound(run),
        startId: event.startId,
        pending: run.pending,
      }));
    case 'weightsLoaded': {
      const { id, source } = event;
      const markers = [{ step: 0, label: `weights of ${source}` }];
      return withRun({ ...state, predicted: null }, id, (run) => ({
        ...rewound(run),
        startId: event.startId,
        weightsFrom: source,
        markers,
      }));
    }
    case 'predicted': {
      const { type: _, ...predicted } = event;
      return { ...state, predicted };
    }
    case 'studyProgress':
    case 'studyDone':
    case 'studyFailed':
    case 'studyCancelled':
      return { ...state, studies: withStudyEvent(state.studies, event, performance.now()) };
    case 'data': {
      const { type: _, ...data } = event;
      return { ...state, data, dataError: null };
    }
    case 'dataFailed':
      return { ...state, dataError: event.message };
    case 'diverged': {
      const { step, layer, lastGoodStep } = event;
      return withRun(state, event.id, (run) => ({
        ...run,
        diverged: { step, layer, lastGoodStep },
      }));
    }
    case 'finished':
      return withRun(state, event.id, (run) => ({
        ...run,
        finished: true,
        finalWeights: event.finalWeights,
      }));
    case 'deviceLost':
      return {
        ...withoutPendingTimes(state),
        deviceLost: { message: event.message, lastSnapshotStep: event.lastSnapshotStep },
      };
    case 'resumed': {
      const runs = event.runs.map((saved) => {
        const run = resumedRun(saved);
        // A checkpoint does not say which of the link’s runs it was.
        const { tabKey } =
          state.runs.find(
            ({ name, colourIndex }) => name === run.name && colourIndex === run.colourIndex,
          ) ?? run;
        return { ...run, tabKey, isNamed: !isAutomatic(run.name) };
      });
      const { otherAdapter, otherKernels, ofOffer } = event;
      const { offer } = state.checkpoint;
      const kept =
        !ofOffer || offer === null
          ? null
          : {
              lineage: offer.lineage,
              savedAtMs: offer.savedAtMs,
              bytes: offer.bytes,
              step: Math.max(...event.runs.map(({ step }) => step)),
            };
      return {
        ...state,
        runs,
        selected: runs[0]?.id ?? null,
        isDefaultPair: false,
        fieldErrors: {},
        predicted: null,
        checkpoint: { ...state.checkpoint, kept, failure: null, otherAdapter, otherKernels },
      };
    }
    case 'revived': {
      const { id, marks } = event.run;
      const { config, originalConfig, ...back } = resumedRun(event.run);
      const { startId, evaluation, bestAccuracy, diverged, finished, finalWeights } = back;
      return withRun({ ...state, predicted: null }, id, (run) => ({
        ...{ ...run, config, originalConfig, preparedConfig: config, pending: [], startId },
        ...{ evaluation, bestAccuracy, diverged, finished, finalWeights, markers: marks },
      }));
    }
    case 'trainingBegun': {
      const { checkpoint } = state;
      const { lineage } = event;
      const kept = checkpoint.kept?.lineage === lineage ? checkpoint.kept : null;
      return { ...state, engineChange: null, checkpoint: { ...checkpoint, lineage, kept } };
    }
    case 'checkpointFound': {
      const { offer, unreadable } = event;
      return { ...state, checkpoint: { ...state.checkpoint, offer, unreadable } };
    }
    case 'checkpointKept': {
      const { type: _, ...kept } = event;
      // One of the training before, written late.
      if (kept.lineage !== state.checkpoint.lineage) return state;
      const { failure } = state.checkpoint;
      const unsolved = failure?.task === 'keep' ? null : failure;
      return { ...state, checkpoint: { ...state.checkpoint, kept, failure: unsolved } };
    }
    case 'checkpointFailed': {
      const { task, message } = event;
      return { ...state, checkpoint: { ...state.checkpoint, failure: { task, message } } };
    }
    case 'failed':
      return { ...withoutPendingTimes(state), failure: event.message };
  }
}

/** Smaller changes are not worth another look at the estimates. */
const SAME_PACE = 0.1;

function paceOf(state: PageState): number | null {
  const { paceRatio: before } = state;
  const now = measuredRatio(state);
  if (now === null) return before;
  return before !== null && Math.abs(now / before - 1) < SAME_PACE ? before : now;
}

/** The worker will not answer any more. */
function withoutPendingTimes(state: PageState): PageState {
  return state.kernelTimes?.outcome === null ? { ...state, kernelTimes: null } : state;
}

/** A scheduled change keeps what the run was before the first; a reset goes back to that. */
function originalConfigAfter(
  { originalConfig, config }: RunView,
  { by, config: { training } }: Extract<TrainingEvent, { type: 'changed' }>,
): RunView['originalConfig'] {
  const steps = { kind: 'steps', steps: training.steps } as const;
  switch (by) {
    case 'schedule':
      return originalConfig ?? config;
    case 'upkeep':
      return null;
    default:
      by satisfies undefined;
      // A reset does not take back how long to train.
      return originalConfig && applyChange(originalConfig, steps).config;
  }
}

function withRun(state: PageState, id: string, update: (run: RunView) => RunView): PageState {
  return { ...state, runs: state.runs.map((run) => (run.id === id ? update(run) : run)) };
}

/** The refused config becomes the draft, to be corrected; the run goes back to what the worker holds. */
function refused(
  state: PageState,
  { id, field, message }: Extract<TrainingEvent, { type: 'refused' }>,
): PageState {
  const fieldErrors = { ...state.fieldErrors, [field]: message };
  // Runs that were to be added, of which the worker now has none: it takes all or nothing.
  const isOfAll = (run: RunView) => run.preparedConfig === null && (id === null || run.id === id);
  const areRefused = state.runs.some(isOfAll);
  const isNeverBuilt = (run: RunView) => areRefused && run.preparedConfig === null;
  const built = state.runs.filter((run) => !isNeverBuilt(run));
  if (built.length > 0 && built.length < state.runs.length) {
    const isThere = built.some((run) => run.id === state.selected);
    const selected = isThere ? state.selected : (built[0]?.id ?? null);
    return { ...state, fieldErrors, runs: built, selected };
  }
  return {
    ...state,
    fieldErrors,
    runs: state.runs.map((run) => {
      if (id !== null && run.id !== id) return run;
      if (run.pending.length > 0) return { ...run, pending: run.pending.slice(1) };
      if (run.preparedConfig === null || run.preparedConfig === run.config) return run;
      return { ...run, draft: run.config, config: run.preparedConfig };
    }),
  };
}
