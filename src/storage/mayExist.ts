/** Whether there is a database. Apart from `indexedDb.ts`, which the page's first load does without. */
import { inTime } from './storageError.ts';

/** Whether a database was ever made here, without opening it; true where the browser can't say. */
export async function mayExist(name: string): Promise<boolean> {
  try {
    // Missing in Firefox before 126.
    const databases = await inTime(globalThis.indexedDB.databases());
    return databases.some((database) => database.name === name);
  } catch {
    return true;
  }
}
