/** The status: the phase, the step, images per second, the adapter. */
import { Suspense, useRef } from 'react';
import { areAllOver, isOver, type PageState, type RunView } from '../app/state.ts';
import { type Since, timeLeftMs } from '../app/trainingTime.ts';
import { formatCount, formatDuration, formatShort } from '../charts/format.ts';
import { ENGINE_NAMES, isOnProcessor } from '../engine/engineNames.ts';
import { adapterWords } from '../engine/adapterWords.ts';
import { usePage } from './context.ts';
import { lazily } from './lazily.tsx';
import { Rich } from './Rich.tsx';
import { inOneLine } from '../app/words.ts';
import { tc } from '../text/context.ts';
import { t } from '../text/t.ts';

const NotifyAtEnd = lazily(
  () => import('./NotifyAtEnd.tsx'),
  ({ NotifyAtEnd }) => NotifyAtEnd,
);

/** For less than this, one waits. */
const NOTIFY_FROM_MS = 120_000;
/** The first steps are slow, and tell little of the others. */
const STARTED_MS = 5000;

function phaseText(state: PageState): string {
  const { phase, unsupported, deviceLost, failure, runs, engine } = state;
  if (unsupported !== null) return t`Can’t train here`;
  if (failure !== null) return t`Stopped`;
  if (deviceLost !== null) {
    return engine !== null && isOnProcessor(engine.id) ? t`Interrupted` : t`GPU lost`;
  }
  if (state.reload.kind === 'underWay' && phase !== 'opening') return t`Restoring the runs`;
  if (areAllOver(runs)) {
    return runs.some(({ finished }) => finished) ? t`Finished` : t`Diverged`;
  }
  switch (phase) {
    case 'opening':
      return t`Measuring the adapter`;
    case 'tuning':
      return t`Tuning kernels…`;
    case 'preparing':
      return t`Compiling`;
    case 'waitingForData':
      return t`Waiting for images`;
    case 'training':
      return tc('status')`Training`;
    case 'paused':
      return t`Paused`;
    case 'idle':
      return t`Ready`;
    default:
      return phase satisfies never;
  }
}

/** `Plain-20 diverged at step 12 (layer1.0.conv1.weight)`, of each run that did. */
const divergedText = (runs: readonly RunView[]): string =>
  inOneLine(
    runs.flatMap(({ name, diverged }) =>
      diverged === null
        ? []
        : [t`${name} diverged at step ${formatCount(diverged.step)} (${diverged.layer})`],
    ),
  );

const FAINT = { faint: (inner: string) => <span className="faint">{inner}</span> };

/** @param leftMs 0: it does not train. */
function stepText(step: number, total: number, leftMs: number): string {
  const [done, all] = [formatCount(step), formatCount(total)];
  if (leftMs > 0) return t`step ${done}<faint> of ${all}, ${formatDuration(leftMs)} left</faint>`;
  return total > 0 ? t`step ${done}<faint> of ${all}</faint>` : t`step ${done}`;
}

function paceText(imagesPerSecond: number | null, stepMs: number | null): string {
  const rate = imagesPerSecond === null ? '–' : formatShort(imagesPerSecond);
  return stepMs === null
    ? t`${rate} images/s`
    : t`${rate} images/s<faint>, ${formatDuration(stepMs)}/step</faint>`;
}

const lastStepOf = (runs: readonly RunView[]): number =>
  Math.max(0, ...runs.map(({ config }) => config.training.steps));

/** Milliseconds for which it has been training, and until it ends; 0 while it is not. */
function useTimes(isTraining: boolean, step: number, total: number, stepMs: number | null) {
  const since = useRef<Since | null>(null);
  if (!isTraining || stepMs === null) {
    since.current = null;
    return { trainedMs: 0, leftMs: 0 };
  }
  const now = { ms: performance.now(), step };
  // A reset takes the steps back.
  if (since.current === null || since.current.step > step) since.current = now;
  const leftMs = timeLeftMs(since.current, now, total, stepMs);
  return { trainedMs: now.ms - since.current.ms, leftMs };
}

export function StatusLine() {
  const { text, step, total, last, rate, stepMs, adapter, engine, diverged, isTraining } = usePage(
    (state) => ({
      text: phaseText(state),
      step: state.stepsDone,
      total: lastStepOf(state.runs),
      // A run that diverged has no time left to take.
      last: lastStepOf(state.runs.filter((run) => !isOver(run))),
      rate: state.throughput?.imagesPerSecond ?? null,
      stepMs: state.throughput?.stepMs ?? null,
      adapter: state.adapter?.name ?? null,
      engine: state.engine?.id ?? null,
      diverged: divergedText(state.runs),
      isTraining: state.phase === 'training',
    }),
  );
  const { trainedMs, leftMs } = useTimes(isTraining, step, last, stepMs);
  const wasLong = useRef(false);
  // Once it is offered it stays to the end, which it waits for.
  const isLongNow = trainedMs > STARTED_MS && leftMs > NOTIFY_FROM_MS;
  wasLong.current = isLongNow || (wasLong.current && step > 0);
  const isLong = wasLong.current;
  return (
    <p className="row status" role="status" aria-live="off">
      <strong>{text}</strong>
      {step > 0 && (
        <span className="progress" aria-hidden="true">
          <span style={{ width: `${(100 * step) / Math.max(1, total)}%` }} />
        </span>
      )}
      <span>
        <Rich text={stepText(step, total, leftMs)} marks={FAINT} />
      </span>
      {isLong && (
        <Suspense>
          <NotifyAtEnd />
        </Suspense>
      )}
      {diverged !== '' && <span>{diverged}</span>}
      <span>
        <Rich text={paceText(rate, stepMs)} marks={FAINT} />
      </span>
      {adapter !== null && engine !== null && (
        <span>{t`${ENGINE_NAMES[engine]}: ${adapterWords(adapter)}`}</span>
      )}
    </p>
  );
}
