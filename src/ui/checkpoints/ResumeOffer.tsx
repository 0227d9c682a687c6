/** The offer to go on where an earlier visit stopped. */

import { useEffect, useState } from 'react';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { offerTitle } from '../../app/offerTitle.ts';
import { usePage, useSession } from '../context.ts';
import { formatAge } from './age.ts';

export function ResumeOffer() {
  const session = useSession();
  const { offer, canResume } = usePage((state) => ({
    offer: state.reload.kind === 'underWay' ? null : state.checkpoint.offer,
    canResume:
      state.phase !== 'opening' && state.phase !== 'preparing' && state.deviceLost === null,
  }));
  const nowMs = useNow();
  if (offer === null) return null;
  const { savedAtMs, bytes, damaged } = offer;
  return (
    <section className="notice offer" aria-label="Earlier training">
      <strong>{offerTitle(offer, formatCount)}</strong>
      <p>
        Saved {formatAge(nowMs - savedAtMs)}, {formatBytes(bytes)} in this browser.
        {damaged !== null && ` The newest one was passed over: ${damaged}`}
      </p>
      <button type="button" disabled={!canResume} onClick={() => session.resume(null)}>
        Resume
      </button>
      <button type="button" onClick={() => session.send({ type: 'discardCheckpoint' })}>
        Discard
      </button>
    </section>
  );
}

/** Milliseconds since 1970, every half minute anew. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
