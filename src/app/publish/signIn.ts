/** Signing in at the Hugging Face hub, in a tab of its own so that training goes on in this one. */
import { loadChunk } from '../../chunk.ts';
import * as z from 'zod/mini';
import { SIGN_IN_CHANNEL } from './signInReturn.ts';

/** Repositories that this page makes, and no others. */
const SCOPES = 'openid profile contribute-repos';

/** The id under which the hub knows this page, from `<meta name="hugging-face-client-id">`; null: none was set. */
export function clientId(): string | null {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="hugging-face-client-id"]');
  return meta?.content || null;
}

const answerSchema = z.union([
  z.strictObject({ token: z.string().check(z.minLength(1)) }),
  z.strictObject({ error: z.string() }),
]);

/**
 * Opens the hub's page and waits for the token. Called from a click, or the browser opens no tab.
 * @throws Error saying why there is none; the signal's reason when it is aborted.
 */
export async function signIn(client: string, signal: AbortSignal): Promise<string> {
  const tab = window.open('about:blank', '_blank');
  if (tab === null) {
    throw new Error(
      'The browser opened no tab to sign in. Allow pop-ups, or paste an access token.',
    );
  }
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL);
  try {
    const answered = answerOf(channel, signal);
    // A page that is left before the answer has nobody who asks for it.
    answered.catch(() => undefined);
    const { oauthLoginUrl } = await loadChunk(() => import('./oauth.ts'));
    const redirectUrl = `${location.origin}${location.pathname}`;
    tab.location.href = await oauthLoginUrl({ clientId: client, scopes: SCOPES, redirectUrl });
    return await answered;
  } catch (error) {
    tab.close();
    if (error instanceof TypeError) {
      throw new Error('Hugging Face could not be reached. Check the connection, then try again.');
    }
    throw error;
  } finally {
    channel.close();
  }
}

function answerOf(channel: BroadcastChannel, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const answer = answerSchema.safeParse(data).data;
      if (answer === undefined) return;
      if ('token' in answer) resolve(answer.token);
      else reject(new Error(`Signing in failed: ${answer.error}.`));
    });
  });
}
