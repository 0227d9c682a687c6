/**
 * The files of one build of the page, kept so that it opens without a network, and the headers that its server may not
 * send. Images are none of these: `data/imageCache.ts` keeps them.
 */

export interface Build {
  /** A hash over the files. */
  readonly id: string;
  /** Paths from the page's folder: `index.html`, `assets/index-1a2b.js`. Names under `assets/` change with the content. */
  readonly files: readonly string[];
  /** The script that only this build's `index.html` names. */
  readonly entry: string;
  /** Added to every answer that lacks them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The parts of a `Request` that are looked at. */
type Asked = Pick<Request, 'method' | 'url' | 'mode' | 'cache'>;
type Fetch = (url: string, options?: RequestInit) => Promise<Response>;

const PAGE = 'index.html';
const ASSETS = 'assets/';
/** Downloads at a time: a visit has other uses for its network. */
const AT_ONCE = 2;

export class PageFiles {
  /** Caches belong to a whole origin, on which other pages of ours may live in other folders. */
  private readonly prefix: string;
  private readonly name: string;
  /** There once all files are. */
  private readonly whole: string;

  /** @param scope URL of the page's folder, with the slash at its end. */
  constructor(
    private readonly build: Build,
    private readonly scope: string,
    private readonly caches: CacheStorage,
    private readonly fetch: Fetch,
  ) {
    this.prefix = `page ${new URL(scope).pathname} `;
    this.name = this.prefix + build.id;
    this.whole = `${scope}?whole`;
  }

  /** The answer to a request for one of the page's files; null: it is none of them, so the browser asks the network. */
  answer(asked: Asked): Promise<Response> | null {
    // Whoever asks past all caches wants to know what the server has.
    if (asked.method !== 'GET' || asked.cache === 'no-store') return null;
    const { origin, pathname } = new URL(asked.url);
    const url = origin + pathname;
    if (!url.startsWith(this.scope)) return null;
    const path = url.slice(this.scope.length);
    if (asked.mode === 'navigate')
      return path === '' || path === PAGE ? this.page(asked.url) : null;
    const isOurs = path.startsWith(ASSETS) || this.build.files.includes(path);
    return isOurs ? this.file(url) : null;
  }

  /**
   * Keeps every file of the build that is not kept yet.
   * @throws Error where one can't be fetched or stored, or the server has another build by now.
   */
  async keepAll(): Promise<void> {
    const cache = await this.caches.open(this.name);
    if ((await cache.match(this.whole)) !== undefined) return;
    const left = [...this.build.files];
    const work = async () => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        await this.keep(cache, path);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await cache.put(this.whole, new Response());
  }

  /** Deletes the builds before this one but the last: pages that were opened with that may still be there. */
  async deleteOld(): Promise<void> {
    const names = await this.caches.keys();
    const others = names.filter((name) => name.startsWith(this.prefix) && name !== this.name);
    await Promise.all(others.slice(0, -1).map((name) => this.caches.delete(name)));
  }

  private async page(url: string): Promise<Response> {
    const cache = await this.caches.open(this.name);
    const kept = await cache.match(this.scope + PAGE);
    // A part of the build would be no page: its other files may be gone from the server.
    if (kept !== undefined && (await cache.match(this.whole)) !== undefined) return kept;
    try {
      return this.withHeaders(await this.fetch(url, { redirect: 'manual', cache: 'no-cache' }));
    } catch (error) {
      const other = kept ?? (await this.caches.match(this.scope + PAGE));
      if (other === undefined) throw error;
      return other;
    }
  }

  private async file(url: string): Promise<Response> {
    const cache = await this.caches.open(this.name);
    // Also of another build, with which the page that asks was opened. A search only makes a browser ask anew.
    const kept = (await cache.match(url)) ?? (await this.caches.match(url));
    if (kept !== undefined) return kept;
    const response = this.withHeaders(await this.fetch(url));
    if (isFile(response, url)) await cache.put(url, response.clone()).catch(() => undefined);
    return response;
  }

  private async keep(cache: Cache, path: string): Promise<void> {
    const url = this.scope + path;
    if ((await cache.match(url)) !== undefined) return;
    const isNamedByContent = path.startsWith(ASSETS);
    const before = isNamedByContent ? await this.caches.match(url) : undefined;
    const response =
      before ?? (await this.fetch(url, { cache: isNamedByContent ? 'default' : 'no-cache' }));
    if (!isFile(response, url)) throw new Error(`${url} answers ${response.status}`);
    if (path === PAGE && !(await response.clone().text()).includes(this.build.entry)) {
      throw new Error('the server has another build by now');
    }
    await cache.put(url, this.withHeaders(response));
  }

  /** What a page may not change, such as a redirect, comes back as it is. */
  private withHeaders(response: Response): Response {
    if (response.type === 'opaqueredirect' || response.type === 'error') return response;
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(this.build.headers)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    const { status, statusText } = response;
    const body = [101, 204, 205, 304].includes(status) ? null : response.body;
    return new Response(body, { status, statusText, headers });
  }
}

/** Some servers answer for a missing file with a page. */
function isFile({ status, headers }: Response, url: string): boolean {
  const isPage = headers.get('Content-Type')?.includes('text/html') ?? false;
  return status === 200 && (!isPage || url.endsWith('.html'));
}
