/** Studies as the page knows them: what was asked for, how far they are, and their results. */
import type { EngineId } from '../engine/engineNames.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import type { Study, StudyKind, StudyResult, StudyResultOf } from '../training/studies/study.ts';

/** What a study would take if the machine kept the pace that it had at opening. */
export interface ExpectedWork {
  readonly ms: number;
  readonly engine: EngineId | null;
}

interface Asked {
  /** Names this request, which tells its answers from those to an earlier one. */
  readonly request: string;
  readonly study: Study;
  /** Steps the network had been trained; null for a kept run, and until it is known. */
  readonly step: number | null;
  readonly startedMs: number;
  /** What was expected of it, where anything was. */
  readonly expected: ExpectedWork | null;
  /** Milliseconds of its own work so far. */
  readonly workMs: number;
  /** The `startId` of the run that it was asked of; null for a kept run. */
  readonly startId: string | null;
}

/** It has the form of the whole. */
type SoFar = StudyResult | null;

export type StudyState = Asked &
  (
    | {
        readonly status: 'running';
        /** 0–1 */
        readonly done: number;
        readonly result: SoFar;
      }
    | { readonly status: 'done'; readonly result: StudyResult; readonly tookMs: number }
    | { readonly status: 'failed'; readonly message: string; readonly result: SoFar }
    | { readonly status: 'cancelled'; readonly result: SoFar }
  );

/** Studies by the views' own keys. */
export type StudyStates = Readonly<Record<string, StudyState>>;

type StudyEvent = Extract<
  TrainingEvent,
  { type: 'studyProgress' | 'studyDone' | 'studyFailed' | 'studyCancelled' }
>;

export function begun(
  request: string,
  study: Study,
  nowMs: number,
  startId: string | null,
  expected: ExpectedWork | null = null,
): StudyState {
  const asked = { request, study, step: null, startedMs: nowMs, startId, expected, workMs: 0 };
  return { ...asked, status: 'running', done: 0, result: null };
}

/** Answers to requests that have been replaced or cancelled change nothing. */
export function withStudyEvent(
  studies: StudyStates,
  event: StudyEvent,
  nowMs: number,
): StudyStates {
  const found = Object.entries(studies).find(([, { request }]) => request === event.key);
  if (found === undefined) return studies;
  const [key, state] = found;
  if (state.status !== 'running') return studies;
  return { ...studies, [key]: answered(state, event, nowMs) };
}

function answered(
  state: Extract<StudyState, { status: 'running' }>,
  event: StudyEvent,
  nowMs: number,
): StudyState {
  switch (event.type) {
    case 'studyProgress': {
      const { step, done, total, partial = state.result, workMs } = event;
      return { ...state, step, done: done / total, result: partial, workMs };
    }
    case 'studyDone': {
      const { step, result, workMs } = event;
      const tookMs = nowMs - state.startedMs;
      return { ...withoutDone(state), step, status: 'done', result, tookMs, workMs };
    }
    case 'studyFailed':
      return { ...withoutDone(state), status: 'failed', message: event.message };
    case 'studyCancelled':
      return { ...withoutDone(state), status: 'cancelled' };
    default:
      return event satisfies never;
  }
}

function withoutDone({ done: _, ...rest }: Extract<StudyState, { status: 'running' }>) {
  return rest;
}

/** The study after the user cancelled it: what it had found stays. */
export function cancelled(state: StudyState): StudyState {
  return state.status === 'running' ? { ...withoutDone(state), status: 'cancelled' } : state;
}

/** What a study of this kind has found, whole or in part. */
export function resultOf<K extends StudyKind>(
  state: StudyState | undefined,
  kind: K,
): StudyResultOf<K> | null {
  const result = state !== undefined ? state.result : null;
  return result !== null && isOf(result, kind) ? result : null;
}

const isOf = <K extends StudyKind>(result: StudyResult, kind: K): result is StudyResultOf<K> =>
  result.kind === kind;
