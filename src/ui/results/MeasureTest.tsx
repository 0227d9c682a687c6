/** Tests a run on demand, and says that it is being done. */
import { useState } from 'react';
import type { PageState, RunView } from '../../app/state.ts';
import { usePage, useSession } from '../context.ts';

/** What stood when the measurement was asked for: it is over, or was interrupted, once any of it differs. */
interface Asked {
  readonly evaluation: RunView['evaluation'];
  readonly prepared: RunView['prepared'];
  readonly phase: PageState['phase'];
}

export function MeasureTest({ run }: { run: RunView }) {
  const session = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { phase, isRefused, canMeasure } = usePage((state) => ({
    phase: state.phase,
    isRefused: state.fieldErrors['data.test'] !== undefined,
    canMeasure:
      run.prepared !== null &&
      (state.data?.progress.testImages ?? 0) > 0 &&
      state.deviceLost === null &&
      state.failure === null &&
      state.unsupported === null,
  }));
  const { evaluation, prepared } = run;
  const isMeasuring =
    asked !== null &&
    canMeasure &&
    !isRefused &&
    asked.evaluation === evaluation &&
    asked.prepared === prepared &&
    asked.phase === phase;
  const measure = () => {
    if (isMeasuring) return;
    setAsked({ evaluation, prepared, phase });
    session.send({ type: 'evaluate', id: run.id });
  };
  return (
    <p className="measure hint">
      <button
        type="button"
        className="link"
        disabled={!canMeasure}
        title="On every test image that has arrived; training goes on afterwards."
        onClick={measure}
      >
        Measure test accuracy<span className="visually-hidden"> of {run.name}</span>
      </button>
      <span aria-live="polite">{isMeasuring && 'Measuring …'}</span>
    </p>
  );
}
