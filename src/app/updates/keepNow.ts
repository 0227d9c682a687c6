import type { PageSession } from '../pageSession.ts';

/** Writing a checkpoint of the largest nets takes about as long. */
const PATIENCE_MS = 10_000;

/**
 * Has a checkpoint of this moment kept. Resolves when it is, when it can't be, or after `PATIENCE_MS`.
 * @returns whether all steps that were done are kept.
 */
export function keepNow(session: Pick<PageSession, 'store' | 'send'>): Promise<boolean> {
  const { checkpoint, stepsDone } = session.store.getState();
  if (stepsDone === 0 || checkpoint.kept?.step === stepsDone) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve((session.store.getState().checkpoint.kept?.step ?? 0) >= stepsDone);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const unsubscribe = session.store.subscribe(({ checkpoint: { kept, failure } }) => {
      if (kept !== checkpoint.kept || failure !== checkpoint.failure) end();
    });
    session.send({ type: 'keepCheckpoint', isClosing: false });
  });
}
