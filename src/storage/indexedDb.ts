/**
 * An IndexedDB database, opened when it is first needed; works in workers, too. Everything is done in transactions: what
 * is read, changed and written within one can't be overtaken by another page or worker.
 */
import {
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreNames,
} from 'idb';
import type { StorageError } from './failure.ts';
import { failed, inTime, storageError } from './storageError.ts';
import { noteTrouble, type StorageUse } from './troubles.ts';

/** Version of the stores; records in them have versions of their own. */
const VERSION = 1;

type Transaction<
  Schema extends DBSchema,
  Store extends StoreNames<Schema>,
  Mode extends IDBTransactionMode,
> = IDBPTransaction<Schema, Store[], Mode>;

/** All methods reject with `StorageError` where IndexedDB is missing, forbidden, full or broken; it is noted. */
export class Database<Schema extends DBSchema> {
  #opened: Promise<IDBPDatabase<Schema>> | null = null;

  /** @param stores the object stores of version 1, with keys outside their values. */
  constructor(
    private readonly name: string,
    private readonly stores: readonly StoreNames<Schema>[],
    private readonly use: StorageUse,
  ) {}

  read<Store extends StoreNames<Schema>, T>(
    stores: Store[],
    work: (transaction: Transaction<Schema, Store, 'readonly'>) => Promise<T>,
  ): Promise<T> {
    return this.#noting(async (database) => {
      const transaction = database.transaction(stores, 'readonly');
      const [result] = await Promise.all([work(transaction), transaction.done]);
      return result;
    });
  }

  /**
   * Resolves once everything that `work` wrote is on the disk; if it rejects, nothing is. `work` must not wait for anything
   * but the transaction's own requests, or the browser commits early.
   */
  change<Store extends StoreNames<Schema>, T>(
    stores: Store[],
    work: (transaction: Transaction<Schema, Store, 'readwrite'>) => Promise<T>,
  ): Promise<T> {
    return this.#noting(async (database) => {
      const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
      const done = transaction.done.then(
        () => null,
        (error: unknown) => ({ error }),
      );
      try {
        const result = await work(transaction);
        const failed = await done;
        if (failed === null) return result;
        // A request that fails aborts the transaction, whose own reason then is the better one.
        throw failed.error ?? transaction.error;
      } catch (error) {
        abort(transaction);
        const failed = await done;
        throw isAborted(error) ? (failed?.error ?? error) : error;
      }
    });
  }

  async #noting<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    let database: IDBPDatabase<Schema>;
    try {
      database = await inTime(this.#open());
    } catch (error) {
      throw this.#noted(error);
    }
    try {
      return await work(database);
    } catch (error) {
      // What `work` itself found wrong is the caller's.
      throw error instanceof DOMException ? this.#noted(error) : error;
    }
  }

  #noted(error: unknown): StorageError {
    noteTrouble(this.use, error);
    return storageError(error);
  }

  /** One that is late is used as soon as it is there; one that failed is tried again. */
  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#opened !== null) return this.#opened;
    const forget = () => {
      this.#opened = null;
    };
    const open = async () => {
      if (globalThis.indexedDB === undefined) throw failed('missing');
      return openDB<Schema>(this.name, VERSION, {
        upgrade: (database) => {
          for (const store of this.stores) database.createObjectStore(store);
        },
        // A newer version of the page, in another tab, waits for this one to let go.
        blocking: (_current, _blocked, { target }) => {
          if (target instanceof IDBDatabase) target.close();
          forget();
        },
        terminated: forget,
      });
    };
    const opened = open();
    opened.catch(forget);
    this.#opened = opened;
    return opened;
  }
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

const isAborted = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError';
