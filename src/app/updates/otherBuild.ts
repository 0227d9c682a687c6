/** Whether the server has another build of the page than the one that is open. */

/** The page's own script, whose name changes with the code: `assets/index-1a2b.js`. */
const SCRIPT = /assets\/index-[\w-]+\.js/;

/** @param own names the page's script, as its `index.html` does; @param page the server's `index.html`. */
export function isOtherBuild(own: string, page: string): boolean {
  const [ours] = SCRIPT.exec(own) ?? [];
  const [theirs] = SCRIPT.exec(page) ?? [];
  return ours !== undefined && theirs !== undefined && ours !== theirs;
}

/** False too where the server does not answer. */
export async function hasOtherBuild(): Promise<boolean> {
  const own = [...document.scripts].map(({ src }) => src).join(' ');
  try {
    const response = await fetch(new URL('./', document.baseURI), { cache: 'no-store' });
    return response.ok && isOtherBuild(own, await response.text());
  } catch {
    return false;
  }
}
