/** Starts a trial of the open answers on test images, by itself where they are here, and tells how far it is. */
import { useEffect, useRef } from 'react';
import { usePage } from '../context.ts';
import { TRIAL_IMAGES } from './useTrial.ts';
import { t } from '../../text/t.ts';

interface TrialLineProps {
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly failure: string | null;
  readonly isReady: boolean;
  readonly onStart: () => void;
}

export function TrialLine({ progress, failure, isReady, onStart }: TrialLineProps) {
  const areHere = usePage(({ data }) => (data?.progress.testImages ?? 0) >= TRIAL_IMAGES);
  const hasBegun = useRef(false);
  useEffect(() => {
    if (!areHere || !isReady || hasBegun.current) return;
    hasBegun.current = true;
    onStart();
  }, [areHere, isReady, onStart]);
  return (
    <p className="row trial-line" aria-live="polite">
      {progress === null ? (
        <button
          type="button"
          disabled={!isReady}
          onClick={onStart}
        >{t`Try the answers on ${TRIAL_IMAGES} test images`}</button>
      ) : (
        t`Trying the answers on ${TRIAL_IMAGES} test images: ${progress.done} of ${progress.total} …`
      )}
      {failure !== null && <span className="error">{failure}</span>}
    </p>
  );
}
