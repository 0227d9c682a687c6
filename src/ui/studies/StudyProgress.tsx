/** How far studies are, how long they will take, a button that cancels them, and why any of them failed. */
import { useEffect, useRef, useState } from 'react';
import type { StudyState } from '../../app/studies.ts';
import { workLeftMs } from '../../app/studyEstimate.ts';
import { ShareOfTime, turnsUntilDoneMs } from '../../app/studyTimeLeft.ts';
import { formatDuration } from '../../charts/format.ts';
import { useSession } from '../context.ts';
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

/** From the work that these studies and all others have before them, and the share of the clock that it gets of late. */
function TimeLeft({ studies }: { studies: readonly StudyState[] }) {
  const { store } = useSession();
  const [leftMs, setLeftMs] = useState(0);
  const own = useRef(studies);
  own.current = studies;
  useEffect(() => {
    const share = new ShareOfTime();
    const update = () => {
      const state = store.getState();
      const all = Object.values(state.studies);
      const work = all.reduce((sum, { workMs }) => sum + workMs, 0);
      const clockShare = share.at(performance.now(), work, state.phase === 'training');
      const leftOf = (some: readonly StudyState[]) => some.map((one) => workLeftMs(one, state));
      const others = all.filter((one) =>
        own.current.every(({ request }) => request !== one.request),
      );
      setLeftMs(turnsUntilDoneMs(leftOf(own.current), leftOf(others)) / clockShare);
    };
    update();
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  }, [store]);
  if (leftMs < 1000) return <>{t`· working …`}</>;
  return <>{t`· about ${roughly(leftMs)} left`}</>;
}
