/** The tour: a small panel beside the part of the page it describes. The page stays usable; nothing is locked. */
import { useEffect, useRef, useState } from 'react';
import { type TourFacts, tourFacts } from '../../app/tour/facts.ts';
import { TOUR_STEPS } from '../../app/tour/steps.ts';
import { usePage, useSession } from '../context.ts';
import { showTarget, useTarget } from './useTarget.ts';
import './tour.css';

function useTourFacts(): TourFacts {
  const session = useSession();
  const { runs } = usePage(({ runs, version }) => ({ runs, version }));
  return tourFacts(runs, (id) => session.history(id));
}

interface TourPanelProps {
  /** Removes the panel; if it has the focus, the button gets it back. */
  readonly onClose: () => void;
}

export function TourPanel({ onClose }: TourPanelProps) {
  const { store } = useSession();
  const [index, setIndex] = useState(0);
  const panel = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const facts = useTourFacts();
  const step = TOUR_STEPS[index] ?? TOUR_STEPS[0];
  const place = useTarget(step.target, panel);
  // The user opened it, so it may take the focus.
  useEffect(() => {
    store.setState({ view: 'curves' });
    title.current?.focus({ preventScroll: true });
  }, [store]);
  const isDone = step.isDone(facts);
  const isLast = index === TOUR_STEPS.length - 1;
  const go = (to: number) => {
    const next = TOUR_STEPS[to];
    if (next === undefined) return onClose();
    setIndex(to);
    showTarget(next.target);
    title.current?.focus({ preventScroll: true });
  };
  return (
    <section
      ref={panel}
      className={place === null ? 'tour docked' : 'tour'}
      style={place ?? undefined}
      role="dialog"
      aria-label={`Tour, step ${index + 1} of ${TOUR_STEPS.length}`}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div className="tour-head">
        <p className="hint">
          Tour, {index + 1} of {TOUR_STEPS.length}
        </p>
        <button type="button" className="quiet" onClick={onClose}>
          {isLast && isDone ? 'Close' : 'Skip the tour'}
        </button>
      </div>
      <h2 ref={title} tabIndex={-1}>
        {step.title}
      </h2>
      <p>{isDone ? step.seen(facts) : step.task(facts)}</p>
      <div className="tour-foot">
        <button type="button" className="link" onClick={() => showTarget(step.target)}>
          Show me where
        </button>
        {index > 0 && (
          <button type="button" onClick={() => go(index - 1)}>
            Back
          </button>
        )}
        <button type="button" className={isDone ? 'primary' : ''} onClick={() => go(index + 1)}>
          {isLast ? 'Finish' : 'Next'}
        </button>
      </div>
    </section>
  );
}
