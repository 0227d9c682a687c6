/** How far the verification of a finished run is, and its result. */
import type { Verification } from '../app/state.ts';
import { formatCount, formatDuration } from '../charts/format.ts';
import { usePage, useSession } from './context.ts';
import { HIDDEN, Rich } from './Rich.tsx';
import { t } from '../text/t.ts';

/** The first digits, which are enough to tell hashes apart by eye. */
export const shortHash = (sha256: string): string => `${sha256.slice(0, 12)}…`;

function textOf(state: Verification['state']): string {
  if (state === 'loading') return t`Training again: loading …`;
  if ('reason' in state) return t`Can’t be verified: ${state.reason}`;
  const steps = formatCount(state.steps);
  if ('leftMs' in state) {
    const left = formatDuration(state.leftMs);
    return t`Training again: step ${formatCount(state.step)} of ${steps} steps, ${left} left.`;
  }
  return state.got === state.wanted
    ? t`Verified: ${steps} steps of training gave the same weights again, to the last bit.`
    : t`Not verified: ${steps} steps of training gave other weights this time, ${shortHash(state.got)}.`;
}

/** Of a kept run, for the library; live runs have theirs on their cards. */
export function KeptRunVerification() {
  const isKept = usePage(
    ({ verification, runs }) => !runs.some(({ libraryId }) => libraryId === verification?.id),
  );
  return isKept ? <VerificationNote isTitled /> : null;
}

/** @param isTitled names the run, where it is not clear which one is meant. */
export function VerificationNote({ isTitled = false }: { readonly isTitled?: boolean }) {
  const { verifier } = useSession();
  const verification = usePage((state) => state.verification);
  if (verification === null) return null;
  const { state, title } = verification;
  const isUnderWay = state === 'loading' || 'leftMs' in state;
  const isWrong = !isUnderWay && ('reason' in state || state.got !== state.wanted);
  return (
    <p className="row measure hint">
      <span className={isWrong ? 'error' : undefined} role={isUnderWay ? undefined : 'alert'}>
        {isTitled && <strong>{title}: </strong>}
        {textOf(state)}
      </span>
      <button type="button" className="link" onClick={() => verifier.cancel()}>
        <Rich
          text={
            isUnderWay
              ? t`Cancel<hidden> the verification of ${title}</hidden>`
              : t`Dismiss<hidden> the verification of ${title}</hidden>`
          }
          marks={HIDDEN}
        />
      </button>
    </p>
  );
}
