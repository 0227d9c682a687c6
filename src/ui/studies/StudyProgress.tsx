/** How far the studies of a view are, how long they will take, why one failed; and the button that ends them. */
import { useEffect, useState } from 'react';
import { formatDuration } from '../../charts/format.ts';
import type { StudyState } from '../../app/studies.ts';
import { useSession } from '../context.ts';
import type { Studies } from './subjects.ts';

/** A time as exact as an estimate is: `36 s`. */
export const roughly = (ms: number): string =>
  formatDuration(Number(ms.toPrecision(ms < 9500 ? 1 : 2)));

interface StudyProgressProps {
  /** `Sweep`, for the button that ends it. */
  readonly what: string;
  readonly studies: readonly Studies[];
  /** Why one did not begin. */
  readonly error: string | null;
}

export function StudyProgress({ what, studies, error }: StudyProgressProps) {
  const session = useSession();
  const running = studies.filter(({ state }) => state.status === 'running');
  const failed = studies.flatMap(({ subject, state }) =>
    state.status === 'failed' ? [{ name: subject.name, message: state.message }] : [],
  );
  const done = studies.reduce((sum, { state }) => sum + shareOf(state), 0) / studies.length;
  return (
    <>
      {running.length > 0 && (
        <div className="study-progress">
          <progress value={done} max={1} aria-label={`${what}, progress`} />
          <span>
            {Math.floor(100 * done)} % <TimeLeft studies={studies.map(({ state }) => state)} />
          </span>
          <button
            type="button"
            onClick={() => {
              for (const { key } of running) session.queries.cancelStudy(key);
            }}
          >
            Cancel {what.toLowerCase()}
          </button>
        </div>
      )}
      <div role="alert">
        {error !== null && <p className="error">{error}</p>}
        {failed.map(({ name, message }) => (
          <p key={name} className="error">
            {name}: {message}
          </p>
        ))}
      </div>
    </>
  );
}

function shareOf(state: StudyState): number {
  return state.status === 'running' ? state.done : 1;
}

/** From the first per cent on, by how fast it went so far. */
function TimeLeft({ studies }: { studies: readonly StudyState[] }) {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const done = studies.reduce((sum, state) => sum + shareOf(state), 0);
  const elapsedMs = nowMs - Math.min(...studies.map(({ startedMs }) => startedMs));
  if (done < 0.01 || elapsedMs < 1500) return <>· working …</>;
  return <>· about {roughly((elapsedMs / done) * (studies.length - done))} left</>;
}
