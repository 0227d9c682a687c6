/** Signing in at the Hugging Face hub, in a tab of its own so that training goes on in this one. */
import { loadChunk } from '../../chunk.ts';
import * as z from 'zod/mini';
import { openChannel } from '../../storage/channel.ts';
import { failureOf } from '../../storage/failure.ts';
import { SIGN_IN_CHANNEL } from './signInReturn.ts';
import { t } from '../../text/t.ts';

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
      t`The browser did not open a tab to sign in. Allow pop-ups, or paste an access token.`,
    );
  }
  const { answered, end } = answer(signal);
  try {
    // A page that is left before the answer has nobody who asks for it.
    answered.catch(() => undefined);
    const { oauthLoginUrl } = await loadChunk(() => import('./oauth.ts'));
    const redirectUrl = `${location.origin}${location.pathname}`;
    tab.location.href = await oauthLoginUrl({ clientId: client, scopes: SCOPES, redirectUrl });
    return await answered;
  } catch (error) {
    tab.close();
    if (error instanceof TypeError) {
      throw new Error(t`Hugging Face could not be reached. Check the connection, then try again.`);
    }
    // The hub's library keeps its secret in the browser while the other tab signs in.
    if (failureOf(error) === 'refused') {
      throw new Error(
        t`This browser blocks site data, which signing in needs. Paste an access token.`,
      );
    }
    throw error;
  } finally {
    end();
  }
}

/** What the tab says, over a channel that stays open until `end`. */
function answer(signal: AbortSignal): { answered: Promise<string>; end: () => void } {
  let end = () => {};
  const answered = new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    const channel = openChannel(SIGN_IN_CHANNEL, (message) => {
      const said = answerSchema.safeParse(message).data;
      if (said === undefined) return;
      if ('token' in said) resolve(said.token);
      else reject(new Error(t`Signing in failed: ${said.error}.`));
    });
    end = channel.close;
  });
  return { answered, end };
}
