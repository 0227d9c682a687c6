/** An IndexedDB database, opened when it is first needed; works in workers, too. */
import { type DBSchema, type IDBPDatabase, openDB, type StoreNames } from 'idb';

type OpenDatabase<Schema extends DBSchema> = () => Promise<IDBPDatabase<Schema>>;

/** Version of the stores; records in them have versions of their own. */
const VERSION = 1;

/**
 * Rejects where IndexedDB is missing, forbidden or broken, and tries again at the next call.
 * @param stores the object stores of version 1, with keys outside their values.
 */
export function lazyDatabase<Schema extends DBSchema>(
  name: string,
  stores: readonly StoreNames<Schema>[],
): OpenDatabase<Schema> {
  let opened: Promise<IDBPDatabase<Schema>> | null = null;
  const forget = () => {
    opened = null;
  };
  return () => {
    opened ??= openDB<Schema>(name, VERSION, {
      upgrade: (database) => {
        for (const store of stores) database.createObjectStore(store);
      },
      // A newer version of the page, in another tab, waits for this one to let go.
      blocking: (_current, _blocked, { target }) => {
        if (target instanceof IDBDatabase) target.close();
        forget();
      },
      terminated: forget,
    });
    opened.catch(forget);
    return opened;
  };
}
