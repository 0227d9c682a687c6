/** The tab that the Hugging Face hub sends back after signing in. */
import { loadChunk } from '../../chunk.ts';
import { replaceAddress } from '../../storage/addressBar.ts';
import { openChannel } from '../../storage/channel.ts';
import { t } from '../../text/t.ts';

/** Between that tab and the page that asked; pages of this site alone can listen. */
export const SIGN_IN_CHANNEL = 'hugging-face-sign-in';

/** Whether the page was opened by the hub, to hand a token over and be closed. */
export function isSignInReturn(search: string): boolean {
  const parameters = new URLSearchParams(search);
  return parameters.has('state') && (parameters.has('code') || parameters.has('error'));
}

/** Exchanges the code of the address for a token, and gives it to the page that asked. @returns what to tell the person. */
export async function finishSignIn(): Promise<string> {
  const { oauthHandleRedirectIfPresent } = await loadChunk(() => import('./oauth.ts'));
  const channel = openChannel(SIGN_IN_CHANNEL, () => undefined);
  try {
    const result = await oauthHandleRedirectIfPresent();
    if (result === false) throw new Error(t`Hugging Face returned no code`);
    channel.post({ token: result.accessToken });
    return t`Signed in. You can close this tab.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    channel.post({ error: reason });
    return t`Signing in failed: ${reason}. You can close this tab.`;
  } finally {
    channel.close();
    // The code has been used up.
    replaceAddress(location.pathname);
  }
}
