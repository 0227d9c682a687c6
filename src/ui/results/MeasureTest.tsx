/** Tests a run on demand, and says while it does. */
import { useState } from 'react';
import type { PageState, RunView } from '../../app/state.ts';
import { isUsable, usePage, useSession } from '../context.ts';
import { HIDDEN, Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

/** The state when the test was requested: it is over, or was interrupted, once any of this differs. */
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
      run.prepared !== null && (state.data?.progress.testImages ?? 0) > 0 && isUsable(state),
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
    <p className="row measure hint">
      <button
        type="button"
        className="link"
        disabled={!canMeasure}
        title={t`On all test images that have arrived; training continues afterwards.`}
        onClick={measure}
      >
        <Rich text={t`Measure<hidden> test accuracy of ${run.name}</hidden>`} marks={HIDDEN} />
      </button>
      <span aria-live="polite">{isMeasuring && t`Measuring …`}</span>
    </p>
  );
}
