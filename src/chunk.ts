/** Parts of the program that are fetched when they are first wanted. Every `import()` goes through here. */
import { t } from './text/t.ts';

/** A part could not be fetched: the network is gone, or its server has another version by now. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError';

  /** @param file that could not be fetched; null where the browser does not say. */
  constructor(file: string | null, options?: ErrorOptions) {
    super(
      file === null
        ? t`A part of this page could not be loaded. Check the network and try again. If that does not help, reload the page.`
        : t`A part of this page could not be loaded (${file}). Check the network and try again. If that does not help, reload the page.`,
      options,
    );
  }
}

const listeners = new Set<() => void>();
/** Scripts that could not be fetched, and how many times. */
const failures = new Map<string, number>();

/** Calls `listener` whenever a part could not be fetched. @returns what ends that. */
export function onChunkFailure(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The module that `load` imports: `loadChunk(() => import('./part.ts'))`. A later call tries again.
 * @param importAnew imports by URL; another one in tests.
 * @throws ChunkError
 */
export async function loadChunk<M>(
  load: () => Promise<M>,
  importAnew = (url: string): Promise<M> => import(/* @vite-ignore */ url),
): Promise<M> {
  try {
    return await load();
  } catch (error) {
    // “Failed to fetch dynamically imported module: https://…/part-1a2b.js”; Safari’s says no more than that it failed.
    const [url] = /https?:[^\s?]+\.js/.exec(String(error)) ?? [];
    const before = url === undefined ? 0 : (failures.get(url) ?? 0);
    if (url !== undefined) failures.set(url, before + 1);
    if (url !== undefined && before > 0) {
      // HTML had browsers remember a module that could not be fetched until whatwg/html#10327 (2026). By another URL
      // they fetch it again.
      const again = await importAnew(`${url}?again=${before}`).catch(() => null);
      if (again !== null) return again;
    }
    for (const listener of listeners) listener();
    const file = url === undefined ? null : url.slice(url.lastIndexOf('/') + 1);
    throw new ChunkError(file, { cause: error });
  }
}

const deferredLoads: (() => Promise<unknown>)[] = [];
/** Of parts that come up by themselves. */
const firstLoads: (() => Promise<unknown>)[] = [];

/**
 * A module that is wanted later, often after training has begun: `const csv = deferred(() => import('./csv.ts'))`, then
 * `await csv()`. @param isFirst for what comes up by itself. @returns what loads it, and throws ChunkError.
 */
export function deferred<M>(importing: () => Promise<M>, isFirst = false): () => Promise<M> {
  const load = () => loadChunk(importing);
  (isFirst ? firstLoads : deferredLoads).push(load);
  return load;
}

/**
 * Loads everything that was deferred, also by what this loads, so that neither a lost network nor a new version on the
 * server can take it away later: at once what comes up by itself, the rest one module after another while the page is idle.
 * @throws ChunkError
 */
export async function loadDeferred(): Promise<void> {
  await Promise.all(firstLoads.map((load) => load()));
  for (let i = 0; i < deferredLoads.length; i++) {
    await idle();
    await deferredLoads[i]?.();
  }
}

/** Workers and Safari do not report when they are idle. */
const idle = () =>
  new Promise<unknown>((resolve) =>
    typeof requestIdleCallback === 'function'
      ? requestIdleCallback(resolve, { timeout: 2000 })
      : setTimeout(resolve, 20),
  );
