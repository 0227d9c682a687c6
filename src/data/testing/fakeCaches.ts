/** An in-memory Cache API, as far as the image cache uses it. */

/** @param failing whether puts fail, as on a full disk */
export function fakeCaches(failing = false): CacheStorage & { entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  const urlOf = (request: RequestInfo | URL) =>
    request instanceof Request ? request.url : `${request}`;
  const unused = () => Promise.reject(new Error('not part of the fake'));
  const cache: Cache = {
    async match(request) {
      const bytes = entries.get(urlOf(request));
      return bytes === undefined ? undefined : new Response(bytes.slice());
    },
    async put(request, response) {
      if (failing) throw new DOMException('full', 'QuotaExceededError');
      entries.set(urlOf(request), new Uint8Array(await response.arrayBuffer()));
    },
    delete: async (request) => entries.delete(urlOf(request)),
    keys: async () => Array.from(entries.keys(), (url) => new Request(url)),
    add: unused,
    addAll: unused,
    matchAll: unused,
  };
  return {
    entries,
    open: async () => cache,
    has: async () => entries.size > 0,
    async delete() {
      const had = entries.size > 0;
      entries.clear();
      return had;
    },
    keys: unused,
    match: unused,
  };
}
