import type { PageSession } from '../pageSession.ts';

/** Writing a checkpoint of the largest nets takes about as long. */
const PATIENCE_MS = 10_000;

/** Has a checkpoint of this moment kept. @returns whether a reload would lose nothing; false also where that takes too long. */
export async function keepNow(session: Pick<PageSession, 'keepNow'>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const isKept = await Promise.race([session.keepNow(), late]);
  clearTimeout(timer);
  return isKept;
}
