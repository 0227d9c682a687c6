/** The clipboard. */

/** @returns whether the text was copied: pages that came over plain http have no clipboard, and people can refuse it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
