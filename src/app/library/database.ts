/** Whether the library holds anything, without opening it. */

/** Of the library in IndexedDB. */
export const DATABASE = 'run-library';

/** False only where there has never been a library in this browser: then neither it nor its worker need be loaded. */
export async function mayHoldRuns(): Promise<boolean> {
  try {
    // Missing in Firefox before 126.
    const databases = await globalThis.indexedDB?.databases?.();
    return databases?.some(({ name }) => name === DATABASE) ?? true;
  } catch {
    // The library says itself what is wrong with the storage.
    return true;
  }
}
