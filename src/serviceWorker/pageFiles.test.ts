import { describe, expect, it } from 'vitest';
import { type Build, PageFiles } from './pageFiles.ts';

const SCOPE = 'https://host.example/nets/';
const HEADERS = { 'Cross-Origin-Embedder-Policy': 'require-corp', 'X-Of-Host': 'ours' };

const buildOf = (id: string): Build => ({
  id,
  files: ['index.html', 'icon.svg', `assets/index-${id}.js`, 'assets/same.js'],
  entry: `assets/index-${id}.js`,
  headers: HEADERS,
});

/** What `caches` is to one origin. */
class FakeCaches {
  readonly all = new Map<string, Map<string, Response>>();
  isFull = false;

  open = async (name: string) => {
    const entries = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, entries);
    return {
      match: async (url: string) => entries.get(url)?.clone(),
      put: async (url: string, response: Response) => {
        if (this.isFull) throw new DOMException('no room', 'QuotaExceededError');
        entries.set(url, response);
      },
    };
  };

  match = async (url: string) =>
    [...this.all.values()].flatMap((entries) => entries.get(url) ?? [])[0]?.clone();
  keys = async () => [...this.all.keys()];
  delete = async (name: string) => this.all.delete(name);
}

/** A server that has one build, and a browser that visits it. */
function visit(caches = new FakeCaches()) {
  const server = { build: 'a', isDown: false, requests: [] as string[], isFallback: false };
  const fetched = async (url: string): Promise<Response> => {
    if (server.isDown) throw new TypeError('Failed to fetch');
    const path = url.slice(SCOPE.length).replace(/\?.*/, '');
    server.requests.push(path);
    const page = new Response(`<script src="./assets/index-${server.build}.js">`, {
      headers: { 'Content-Type': 'text/html', 'X-Of-Host': 'theirs' },
    });
    if (path === '' || path === 'index.html') return page;
    if (buildOf(server.build).files.includes(path))
      return new Response(`${path} of ${server.build}`);
    return server.isFallback ? page : new Response('none', { status: 404 });
  };
  const files = (id: string) =>
    new PageFiles(buildOf(id), SCOPE, caches as unknown as CacheStorage, fetched);
  const answer = (of: PageFiles, path: string, change: Partial<Request> = {}) =>
    of.answer({ method: 'GET', url: SCOPE + path, mode: 'cors', cache: 'default', ...change });
  const text = async (of: PageFiles, path: string, change?: Partial<Request>) =>
    (await answer(of, path, change))?.text();
  return { server, caches, files, answer, text };
}

const NAVIGATE = { mode: 'navigate' } as const;

describe('the page’s files', () => {
  it('are all there without a network once they are kept', async () => {
    const { server, files, text } = visit();
    const ours = files('a');
    await ours.keepAll();
    expect(server.requests.sort()).toEqual([...buildOf('a').files].sort());
    server.isDown = true;
    expect(await text(ours, '', NAVIGATE)).toContain('index-a.js');
    expect(await text(ours, 'index.html?engine=cpu', NAVIGATE)).toContain('index-a.js');
    expect(await text(ours, 'assets/index-a.js?again=1')).toBe('assets/index-a.js of a');
    expect(await text(ours, 'icon.svg')).toBe('icon.svg of a');
  });

  it('come from the network until all are kept, and are kept as they come', async () => {
    const { server, files, text } = visit();
    const ours = files('a');
    expect(await text(ours, 'assets/same.js')).toBe('assets/same.js of a');
    expect(await text(ours, '', NAVIGATE)).toContain('index-a.js');
    server.isDown = true;
    expect(await text(ours, 'assets/same.js')).toBe('assets/same.js of a');
    await expect(text(ours, '', NAVIGATE)).rejects.toThrow('Failed to fetch');
  });

  it('have the headers that their server does not send, and those it sends', async () => {
    const { files, answer } = visit();
    const first = await answer(files('a'), '', NAVIGATE);
    const ours = files('a');
    await ours.keepAll();
    const kept = await answer(ours, '', NAVIGATE);
    for (const response of [first, kept]) {
      expect(response?.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
      expect(response?.headers.get('X-Of-Host')).toBe('theirs');
    }
    expect((await answer(ours, 'assets/same.js'))?.headers.get('X-Of-Host')).toBe('ours');
  });

  it.each([
    ['images', 'data/cifar10/train-00000-of-00001.parquet', {}],
    ['questions past all caches', 'index.html', { cache: 'no-store' }],
    ['other methods', 'index.html', { method: 'HEAD' }],
    ['other pages', 'other.html', NAVIGATE],
  ] as const)('%s are left to the network', (_, path, change) => {
    const { files, answer } = visit();
    expect(answer(files('a'), path, change)).toBeNull();
  });

  it('of other folders and hosts are left to the network', () => {
    const { files, answer } = visit();
    for (const url of ['https://host.example/', 'https://huggingface.co/nets/index.html']) {
      expect(answer(files('a'), '', { url, mode: 'navigate' })).toBeNull();
    }
  });
});

describe('another build', () => {
  it('is kept beside the one before, whose pages still find their files', async () => {
    const { server, caches, files, text } = visit();
    await files('a').keepAll();
    server.build = 'b';
    server.requests.length = 0;
    const next = files('b');
    await next.keepAll();
    // What is named by its content is not fetched again.
    expect(server.requests.sort()).toEqual(['assets/index-b.js', 'icon.svg', 'index.html']);
    await next.deleteOld();
    expect(await text(next, '', NAVIGATE)).toContain('index-b.js');
    expect(await text(next, 'icon.svg')).toBe('icon.svg of b');
    expect(await text(next, 'assets/index-a.js')).toBe('assets/index-a.js of a');
    server.build = 'c';
    const last = files('c');
    await last.keepAll();
    await last.deleteOld();
    expect([...caches.all.keys()]).toEqual(['page /nets/ b', 'page /nets/ c']);
  });

  it('is not mixed with this one', async () => {
    const { server, files, text } = visit();
    server.build = 'b';
    const late = files('a');
    server.isFallback = true;
    await expect(late.keepAll()).rejects.toThrow();
    expect(await text(late, '', NAVIGATE)).toContain('index-b.js');
    // A page in place of the missing script is not kept.
    server.build = 'a';
    expect(await text(late, 'assets/index-a.js')).toBe('assets/index-a.js of a');
  });

  it('leaves the caches of pages in other folders alone', async () => {
    const { caches, files } = visit();
    for (const name of ['page / 1', 'page / 2', 'cifar10-images-1']) await caches.open(name);
    await files('a').keepAll();
    await files('a').deleteOld();
    expect(caches.all.size).toBe(4);
  });
});

it('answers from the network where there is no room', async () => {
  const { caches, files, text } = visit();
  caches.isFull = true;
  const ours = files('a');
  await expect(ours.keepAll()).rejects.toThrow('no room');
  expect(await text(ours, 'assets/same.js')).toBe('assets/same.js of a');
  expect(await text(ours, '', NAVIGATE)).toContain('index-a.js');
});
