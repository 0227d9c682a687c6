/** One cache of the browser's Cache API. Every failure (no storage, no room, private windows) means a miss, never an error. */
import { failed, inTime } from './storageError.ts';
import { noteTrouble, type StorageUse } from './troubles.ts';

/** Null where the browser has none: an insecure page, site data blocked. */
export function browserCaches(): CacheStorage | null {
  try {
    return globalThis.caches ?? null;
  } catch {
    return null;
  }
}

export class QuietCache {
  #isFull = false;

  /** @param storage null where the browser has none: the page did not come over HTTPS or from localhost. */
  constructor(
    private readonly storage: CacheStorage | null,
    private readonly name: string,
    private readonly use: StorageUse,
  ) {}

  match(key: string): Promise<Response | null> {
    return this.#quietly(async (cache) => (await cache.match(key)) ?? null);
  }

  /** After a failure, nothing more is stored. */
  async put(key: string, body: BodyInit, headers: HeadersInit = {}): Promise<void> {
    if (this.#isFull) return;
    const isKept = await this.#quietly(async (cache) => {
      await cache.put(key, new Response(body, { headers }));
      return true;
    });
    this.#isFull = isKept === null;
  }

  async keys(): Promise<readonly string[]> {
    const requests = await this.#quietly((cache) => cache.keys());
    return requests?.map(({ url }) => url) ?? [];
  }

  async delete(key: string): Promise<void> {
    await this.#quietly((cache) => cache.delete(key));
  }

  async deleteAll(): Promise<void> {
    await this.storage?.delete(this.name).catch(() => undefined);
  }

  async #quietly<T>(work: (cache: Cache) => Promise<T>): Promise<T | null> {
    try {
      if (this.storage === null) throw failed('missing');
      return await work(await inTime(this.storage.open(this.name)));
    } catch (error) {
      noteTrouble(this.use, error);
      return null;
    }
  }
}
