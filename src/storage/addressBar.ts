/** The page's address in the browser's history. */

/** Replaces the address without a navigation. @returns false where the browser refuses: too often, or too long. */
export function replaceAddress(url: string | URL): boolean {
  try {
    history.replaceState(history.state, '', url);
    return true;
  } catch {
    // Safari allows 100 a half minute.
    return false;
  }
}
