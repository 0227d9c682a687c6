/** Whether the library holds anything, without opening it. */

/** Name of the library's database in IndexedDB. */
export const DATABASE = 'run-library';

/** False only where this browser has never had a library: then neither it nor its worker needs to be loaded. */
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
