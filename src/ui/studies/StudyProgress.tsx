/** How far studies are, how long they will take, a button that cancels them, and why any of them failed. */
import { useEffect, useState } from 'react';
import type { StudyState } from '../../app/studies.ts';
import { formatDuration } from '../../charts/format.ts';
import type { Failure, StudiesProgress } from './useStudies.ts';
import { t } from '../../text/t.ts';

/** A duration as precise as an estimate is: `36 s`. */
export const roughly = (ms: number): string =>
  formatDuration(Number(ms.toPrecision(ms < 9500 ? 1 : 2)));

interface StudyProgressProps {
  /** `Sweep`, for the button that cancels it. */
  readonly what: string;
  readonly studies: readonly StudiesProgress[];
  /** Failures of other studies that are not shown elsewhere. */
  readonly failures?: readonly Failure[];
}

export function StudyProgress({ what, studies, failures = [] }: StudyProgressProps) {
  const started = studies.flatMap((one) => one.started);
  const failed = started.flatMap(({ subject: { run }, state }) =>
    state.status === 'failed' ? [{ run, message: state.message }] : [],
  );
  const done = started.reduce((sum, { state }) => sum + shareOf(state), 0) / started.length;
  return (
    <>
      {started.some(({ state }) => state.status === 'running') && (
        <div className="row hint study-progress">
          <progress value={done} max={1} aria-label={t`${what}, progress`} />
          <span>
            {Math.floor(100 * done)} % <TimeLeft studies={started.map(({ state }) => state)} />
          </span>
          <button
            type="button"
            onClick={() => {
              for (const one of studies) one.cancel();
            }}
          >{t`Cancel ${what.toLowerCase()}`}</button>
        </div>
      )}
      <div role="alert">
        {[...failures, ...studies.flatMap((one) => one.notStarted), ...failed].map(
          ({ run, message }, i) => (
            // A run's studies can fail one after the other.
            <p key={i} className="error">
              {t`${run.name}: ${message}`}
            </p>
          ),
        )}
      </div>
    </>
  );
}

function shareOf(state: StudyState): number {
  return state.status === 'running' ? state.done : 1;
}

/** Extrapolated from the speed so far, once 1 % is done. */
function TimeLeft({ studies }: { studies: readonly StudyState[] }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const done = studies.reduce((sum, state) => sum + shareOf(state), 0);
  const elapsedMs = nowMs - Math.min(...studies.map(({ startedMs }) => startedMs));
  if (done < 0.01 || elapsedMs < 1500) return <>{t`· working …`}</>;
  return <>{t`· about ${roughly((elapsedMs / done) * (studies.length - done))} left`}</>;
}
