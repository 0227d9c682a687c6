/** A run's measurements as plain arrays: what a checkpoint holds, and what the worker hands the page on resuming. */
import type { LayerNames } from '../model/layerNames.ts';
import {
  copyOfStep,
  type Evaluated,
  type LatestStep,
  MAX_ROWS,
  RunHistory,
  type Spread,
} from './history.ts';
import type { LayerStatisticsState } from './layerStatistics.ts';

/** Arrays are [rows], `gradNorm` [rows, parameters]; all of exactly that length. */
export interface HistoryState {
  /** Steps a full row holds. */
  readonly stride: number;
  readonly firstStep: Uint32Array;
  readonly lastStep: Uint32Array;
  readonly steps: Uint32Array;
  readonly loss: Readonly<Spread>;
  readonly accuracy: Readonly<Spread>;
  readonly learningRate: Float32Array;
  readonly elapsedMs: Float64Array;
  readonly gradNorm: Float32Array;
  /** In coarser rows. */
  readonly statistics: LayerStatisticsState;
  readonly latest: LatestStep | null;
  readonly evaluations: readonly Evaluated[];
}

/** A copy of what `history` holds now. */
export function historyState(history: RunHistory): HistoryState {
  const { length, parameterNames, latest, evaluations } = history;
  const spread = ({ mean, min, max }: Spread): Spread => ({
    mean: mean.slice(0, length),
    min: min.slice(0, length),
    max: max.slice(0, length),
  });
  return {
    stride: history.stride,
    firstStep: history.firstStep.slice(0, length),
    lastStep: history.lastStep.slice(0, length),
    steps: history.steps.slice(0, length),
    loss: spread(history.loss),
    accuracy: spread(history.accuracy),
    learningRate: history.learningRate.slice(0, length),
    elapsedMs: history.elapsedMs.slice(0, length),
    gradNorm: history.gradNorm.slice(0, length * parameterNames.length),
    statistics: history.statistics.state,
    latest: latest === null ? null : copyOfStep(latest),
    evaluations: [...evaluations],
  };
}

/** The memory of `state`, to be transferred; none of it twice. */
export function historyBuffers(state: HistoryState): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const part of Object.values(value)) visit(part);
    }
  };
  visit(state);
  return [...found];
}

/** A history that goes on from `state`, whose arrays it takes over. */
export function historyFrom(
  { parameterNames, activationNames }: LayerNames,
  state: HistoryState,
): RunHistory {
  const history = new RunHistory(parameterNames, MAX_ROWS, activationNames);
  history.length = state.firstStep.length;
  history.stride = state.stride;
  history.firstStep = state.firstStep;
  history.lastStep = state.lastStep;
  history.steps = state.steps;
  history.loss = { ...state.loss };
  history.accuracy = { ...state.accuracy };
  history.learningRate = state.learningRate;
  history.elapsedMs = state.elapsedMs;
  history.gradNorm = state.gradNorm;
  history.statistics.restore(state.statistics);
  history.latest = state.latest;
  history.evaluations.push(...state.evaluations);
  return history;
}

/** `state` without `step` and all after it. */
export function historyUntil(names: LayerNames, state: HistoryState, step: number): HistoryState {
  if (state.latest === null || state.latest.step < step) return state;
  const history = historyFrom(names, state);
  history.truncateFrom(step);
  return historyState(history);
}
