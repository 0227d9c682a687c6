import type { PageSession } from '../pageSession.ts';

/** Writing a checkpoint of the largest nets takes about as long. */
const PATIENCE_MS = 10_000;

/** Has a checkpoint of this moment kept. Resolves when it is, when it can't be, or after `PATIENCE_MS`. */
export function keepNow(session: Pick<PageSession, 'store' | 'send'>): Promise<void> {
  const { checkpoint, stepsDone } = session.store.getState();
  if (stepsDone === 0 || checkpoint.kept?.step === stepsDone) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const unsubscribe = session.store.subscribe(({ checkpoint: { kept, failure } }) => {
      if (kept !== checkpoint.kept || failure !== checkpoint.failure) end();
    });
    session.send({ type: 'keepCheckpoint', isClosing: false });
  });
}
