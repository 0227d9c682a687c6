/** Damages what an origin keeps, from within any page of it. */

type Part = 'files' | 'databases' | 'texts' | 'caches';

export interface Wanted {
  readonly part: Part;
  /** Numbers from 0, below 1, that decide what is damaged. */
  readonly random: readonly number[];
}

/** Runs in the page: it must not refer to anything outside itself. */
export async function damageStorage({ part, random }: Wanted): Promise<number> {
  let drawn = 0;
  let damaged = 0;
  const number = (): number => random[drawn++ % random.length] ?? 0;
  const below = (limit: number): number => Math.floor(number() * limit);

  const bytesOf = (whole: Uint8Array): Uint8Array<ArrayBuffer> => {
    damaged++;
    const kind = below(4);
    if (kind === 0) return whole.slice(0, below(whole.length));
    if (kind === 1) return new Uint8Array([...whole.slice(0, 64), ...whole]);
    const bytes = Uint8Array.from(whole);
    // Headers are at the front.
    const reach = kind === 2 ? Math.min(400, bytes.length) : bytes.length;
    for (let i = 1 + below(8); i > 0; i--) bytes[below(reach)] = below(256);
    return bytes;
  };

  const files = async (folder: FileSystemDirectoryHandle): Promise<void> => {
    for await (const handle of folder.values()) {
      if (handle.kind === 'directory') await files(handle as FileSystemDirectoryHandle);
      else if (number() < 0.6) {
        const file = handle as FileSystemFileHandle;
        const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
        const writable = await file.createWritable();
        await writable.write(bytesOf(bytes));
        await writable.close();
      }
    }
  };

  const damagedValue = (value: unknown): unknown => {
    if (value instanceof ArrayBuffer) return bytesOf(new Uint8Array(value)).buffer;
    if (ArrayBuffer.isView(value)) return bytesOf(new Uint8Array(value.buffer));
    damaged++;
    if (typeof value !== 'object' || value === null) return [null, 'x', -1, {}][below(4)];
    const keys = Object.keys(value);
    const key = keys[below(keys.length)] ?? 'x';
    return { ...value, [key]: [null, 'x', Number.NaN, -1, {}, []][below(6)] };
  };

  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const databases = async (): Promise<void> => {
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const values = database.transaction(store, 'readwrite').objectStore(store);
        for (const key of await settled(values.getAllKeys())) {
          const choice = number();
          if (choice < 0.5) continue;
          if (choice < 0.6) await settled(values.delete(key));
          else {
            const value = damagedValue(await settled(values.get(key)));
            await settled(values.keyPath === null ? values.put(value, key) : values.put(value));
          }
        }
      }
      database.close();
    }
  };

  const texts = (): void => {
    for (const area of [localStorage, sessionStorage]) {
      for (const key of Object.keys(area)) {
        const text = area.getItem(key) ?? '';
        const at = below(text.length);
        damaged++;
        area.setItem(
          key,
          [text.slice(0, at), `${text.slice(0, at)}9${text.slice(at + 1)}`, '{"version":99}'][
            below(3)
          ] ?? '',
        );
      }
    }
  };

  const allCaches = async (): Promise<void> => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        // The page's own files are the service worker's.
        if (new URL(request.url).origin === location.origin) continue;
        const response = await cache.match(request);
        if (response === undefined || number() < 0.4) continue;
        const bytes = bytesOf(new Uint8Array(await response.arrayBuffer()));
        await cache.put(request, new Response(bytes, { headers: response.headers }));
      }
    }
  };

  if (part === 'files') await files(await navigator.storage.getDirectory());
  if (part === 'databases') await databases();
  if (part === 'texts') texts();
  if (part === 'caches') await allCaches();
  return damaged;
}
