/** Starts the tour, which is loaded then; on the first visit, a line offers it. */
import { Suspense, useRef, useState } from 'react';
import { usePage } from '../context.ts';
import { Rich } from '../Rich.tsx';
import { lazily } from '../lazily.tsx';
import { noteSeen, wasSeen } from './seen.ts';
import { t } from '../../text/t.ts';

const TourPanel = lazily(
  () => import('./TourPanel.tsx'),
  ({ TourPanel }) => TourPanel,
);

export function TourButton() {
  const [isOpen, setIsOpen] = useState(false);
  const [isOffered, setIsOffered] = useState(() => !wasSeen());
  const button = useRef<HTMLButtonElement>(null);
  const { hasRuns, isFresh } = usePage(({ runs, isDefaultPair, unsupported, stepsDone }) => ({
    hasRuns: runs.length > 0 && unsupported === null,
    // Beside the status, which is longer once there are steps.
    isFresh: isDefaultPair && stepsDone === 0,
  }));
  const answer = () => {
    noteSeen();
    setIsOffered(false);
  };
  const start = () => {
    answer();
    setIsOpen(true);
  };
  const close = () => {
    setIsOpen(false);
    // Unless the focus has moved to the page.
    const active = document.activeElement;
    if (active === document.body || active?.closest('.tour')) button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-expanded={isOpen}
        disabled={!hasRuns}
        onClick={isOpen ? close : start}
      >{t`Tour`}</button>
      {isOpen && (
        <Suspense>
          <TourPanel onClose={close} />
        </Suspense>
      )}
      {isOffered && !isOpen && isFresh && hasRuns && (
        <p className="tour-offer">
          <Rich
            text={t`New to ResNets? <start>See the point in six steps</start>`}
            marks={{
              start: (inner) => (
                <button type="button" className="link" onClick={start}>
                  {inner}
                </button>
              ),
            }}
          />{' '}
          <button
            type="button"
            className="quiet"
            aria-label={t`No tour`}
            onClick={() => {
              answer();
              button.current?.focus();
            }}
          >
            ×
          </button>
        </p>
      )}
    </>
  );
}
