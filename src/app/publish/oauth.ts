/** The parts of the hub's library that signing in takes, in a chunk of their own. */
export { oauthHandleRedirectIfPresent, oauthLoginUrl } from '@huggingface/hub';
