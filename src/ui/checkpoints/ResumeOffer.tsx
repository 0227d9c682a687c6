/** Offers to continue where an earlier visit stopped. */

import { useEffect, useState } from 'react';
import { offerTitle } from '../../app/offerTitle.ts';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { usePage, useSession } from '../context.ts';
import { formatAge } from './age.ts';
import { t } from '../../text/t.ts';

export function ResumeOffer() {
  const session = useSession();
  const { offer, canResume } = usePage((state) => ({
    offer: state.reload.kind === 'underWay' ? null : state.checkpoint.offer,
    canResume:
      state.phase !== 'opening' &&
      (state.phase !== 'preparing' || state.rests) &&
      state.deviceLost === null,
  }));
  const nowMs = useNow();
  if (offer === null) return null;
  const { savedAtMs, bytes, damaged } = offer;
  return (
    <section className="row notice offer" aria-label={t`Earlier training`}>
      <strong>{offerTitle(offer, formatCount)}</strong>
      <p>
        {t`Saved ${formatAge(nowMs - savedAtMs)}, ${formatBytes(bytes)} in this browser.`}
        {damaged !== null && ` ${t`The newest checkpoint was skipped: ${damaged}`}`}
      </p>
      <button
        type="button"
        disabled={!canResume}
        onClick={() => session.resume(null)}
      >{t`Resume`}</button>
      <button
        type="button"
        onClick={() => session.send({ type: 'discardCheckpoint', lineage: offer.lineage })}
      >{t`Discard`}</button>
    </section>
  );
}

/** The time in milliseconds since 1970, updated every half minute. */
function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
