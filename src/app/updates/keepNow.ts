import type { PageSession } from '../pageSession.ts';

/** Writing a checkpoint of the largest nets takes about as long. */
const PATIENCE_MS = 10_000;

/**
 * Has a checkpoint of this moment kept. Resolves when it is, when it can't be, or after `PATIENCE_MS`.
 * @returns whether all steps that were done, and imported weights, are kept.
 */
export function keepNow(session: Pick<PageSession, 'store' | 'send'>): Promise<boolean> {
  const { checkpoint, stepsDone, runs } = session.store.getState();
  const isTrained = stepsDone > 0;
  const isFresh = !isTrained && runs.every(({ weightsFrom }) => weightsFrom === null);
  if (isFresh || (isTrained && checkpoint.kept?.step === stepsDone)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      const { kept } = session.store.getState().checkpoint;
      resolve(kept !== null && kept.step >= stepsDone);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const unsubscribe = session.store.subscribe(({ checkpoint: { kept, failure } }) => {
      if (kept !== checkpoint.kept || failure !== checkpoint.failure) end();
    });
    session.send({ type: 'keepCheckpoint', isClosing: false });
  });
}
