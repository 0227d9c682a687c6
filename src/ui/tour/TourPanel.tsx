/** The tour: a small panel beside the part of the page it describes. The page stays usable; nothing is locked. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { isAtRest } from '../../app/state.ts';
import { tourFacts } from '../../app/tour/facts.ts';
import { type TourAction, tourSteps } from '../../app/tour/steps.ts';
import { hasOwnRuns, TourRuns } from '../../app/tour/tourRuns.ts';
import { fetchTrainedPair } from '../../app/trainedPair.ts';
import { reasonOf } from '../../data/dataError.ts';
import { isUsable, usePage, useSession } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';
import { useTarget } from './useTarget.ts';
import './tour.css';
import { tc } from '../../text/context.ts';
import { t } from '../../text/t.ts';

interface TourPanelProps {
  /** Removes the panel; if it has the focus, the button gets it back. */
  readonly onClose: () => void;
}

export function TourPanel({ onClose }: TourPanelProps) {
  const session = useSession();
  const { store } = session;
  const state = usePage((all) => ({
    ...{ runs: all.runs, phase: all.phase, rests: all.rests, version: all.version },
    ...{ isUsable: isUsable(all), isDefaultPair: all.isDefaultPair, stepsDone: all.stepsDone },
  }));
  const tourRuns = useMemo(
    () => new TourRuns(session, () => fetchTrainedPair(document.baseURI)),
    [session],
  );
  const steps = tourSteps(!useIsLocked());
  const [index, setIndex] = useState(0);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const panel = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const stage = tourRuns.stage(store.getState());
  const facts = tourFacts({ runs: state.runs, stage, isTraining: !isAtRest(state) }, (id) =>
    session.history(id),
  );
  const [first] = steps;
  const step = steps[index] ?? first;
  const isDone = step?.isDone(facts) ?? false;
  const target = (isDone ? step?.seenAt : undefined) ?? step?.target ?? '';
  const { place, show } = useTarget(target, panel);
  // The user opened it, so it may take the focus.
  useEffect(() => {
    tourRuns.begin();
    store.setState({ view: 'curves' });
    title.current?.focus({ preventScroll: true });
    return () => tourRuns.giveBack();
  }, [store, tourRuns]);
  if (step === undefined) return null;
  const action = isDone ? null : (step.action?.(facts) ?? null);
  const isLast = index === steps.length - 1;
  const go = (to: number) => {
    if (to >= steps.length) return onClose();
    setIndex(to);
    setError(null);
    title.current?.focus({ preventScroll: true });
  };
  const act = async ({ does }: TourAction) => {
    setIsBusy(true);
    setError(null);
    try {
      if (does === 'setUpFresh') tourRuns.setUpFresh();
      else await tourRuns.openPair();
      title.current?.focus({ preventScroll: true });
    } catch (failure) {
      setError(reasonOf(failure));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <section
      ref={panel}
      className={place === null ? 'tour docked' : 'tour'}
      style={place ?? undefined}
      role="dialog"
      aria-label={t`Tour, step ${index + 1} of ${steps.length}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // It closes the tour alone, while the page is presented too.
        event.preventDefault();
        onClose();
      }}
    >
      <div className="tour-head">
        <p className="hint">{t`Tour, ${index + 1} of ${steps.length}`}</p>
        <button type="button" className="quiet" onClick={onClose}>
          {isLast && isDone ? t`Close` : t`Skip the tour`}
        </button>
      </div>
      <h2 ref={title} tabIndex={-1}>
        {step.title}
      </h2>
      <p>{isDone ? step.seen(facts) : step.task(facts)}</p>
      {action?.does === 'openPair' && hasOwnRuns(store.getState()) && (
        <p className="hint">{t`Your runs are set aside, and come back when the tour ends.`}</p>
      )}
      {isLast && tourRuns.hasSetAside && <p className="hint">{t`Your own runs come back now.`}</p>}
      <ErrorText>{error}</ErrorText>
      <div className="tour-foot">
        <button type="button" className="link" onClick={show}>{t`Show me where`}</button>
        {index > 0 && (
          <button type="button" onClick={() => go(index - 1)}>{tc('tour')`Back`}</button>
        )}
        {action !== null && (
          <button
            type="button"
            className="primary"
            disabled={isBusy || !state.isUsable}
            onClick={() => void act(action)}
          >
            {isBusy ? t`Opening…` : action.label}
          </button>
        )}
        <button type="button" className={isDone ? 'primary' : ''} onClick={() => go(index + 1)}>
          {isLast ? t`Finish` : tc('tour')`Next`}
        </button>
      </div>
    </section>
  );
}
