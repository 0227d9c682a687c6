/** Opens the trained pair in place of nets that have not been trained. */
import { useState } from 'react';
import { fetchTrainedPair } from '../../app/trainedPair.ts';
import { reasonOf } from '../../data/dataError.ts';
import { t } from '../../text/t.ts';
import { isUsable, usePage, useSession } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { useIsLocked } from '../sharing/Shown.tsx';

export function TrainedPair() {
  const session = useSession();
  const isLocked = useIsLocked();
  const [isLoading, setIsLoading] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isOffered = usePage(
    (state) =>
      state.isDefaultPair && state.stepsDone === 0 && state.phase === 'idle' && isUsable(state),
  );
  if (!isOffered || isLocked) return null;
  const open = async () => {
    setIsLoading(true);
    setError(null);
    try {
      session.resume(await fetchTrainedPair(document.baseURI));
    } catch (failure) {
      setError(reasonOf(failure));
    } finally {
      setIsLoading(false);
    }
  };
  return (
    <div className="row trained-pair">
      <button type="button" disabled={isLoading} onClick={() => void open()}>
        {isLoading ? t`Loading…` : t`Open a ready-made pair`}
      </button>
      <span className="hint">{t`to cut its shortcuts and look inside at once`}</span>
      <ErrorText>{error}</ErrorText>
    </div>
  );
}
