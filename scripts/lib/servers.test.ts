import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder } from './dataMiddleware.mjs';
import { framedBy } from './embedPlugin.ts';
import { frameAncestors } from './frameAncestors.mjs';
import { embedHeaders, IMMUTABLE, META_POLICY, SECURITY_HEADERS } from './headers.mjs';
import { parseRange } from './sendFile.mjs';
import { filePath, pageListener, serve } from './staticServer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const dist = join(folder, 'dist');
const data = join(folder, 'data');
const TRAIN = 'data/cifar10/train-00000-of-00001.parquet';
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  mkdirSync(join(dist, 'assets'), { recursive: true });
  mkdirSync(data);
  writeFileSync(join(dist, 'index.html'), '<title>Page</title>');
  writeFileSync(join(dist, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(data, 'train-00000-of-00001.parquet'), bytes);
  writeFileSync(join(data, 'notes.txt'), 'private');
  server = await serve(pageListener(dist, data), 47_310);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
const range = (value: string) => get(TRAIN, { headers: { Range: value } });
const bodyOf = async (response: Response) => [...new Uint8Array(await response.arrayBuffer())];

/** Sends path and Host as they are; fetch would tidy them first. */
const rawStatus = (path: string, host = 'localhost') =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: host };
    request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('data files', () => {
  it('come whole, with length, ETag and the offer of ranges', async () => {
    const response = await get(TRAIN);
    expect(response.status).toBe(200);
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
    expect(response.headers.get('Content-Length')).toBe('1000');
    expect(await bodyOf(response)).toEqual([...bytes]);
    const again = await get(TRAIN, {
      headers: { 'If-None-Match': response.headers.get('ETag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('come in parts', async () => {
    const response = await range('bytes=10-19');
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe('bytes 10-19/1000');
    expect(await bodyOf(response)).toEqual([...bytes.subarray(10, 20)]);
    expect(await bodyOf(await range('bytes=990-5000'))).toEqual([...bytes.subarray(990)]);
    expect(await bodyOf(await range('bytes=-3'))).toEqual([...bytes.subarray(997)]);
    const past = await range('bytes=1000-1001');
    expect(past.status).toBe(416);
    expect(past.headers.get('Content-Range')).toBe('bytes */1000');
  });

  it('answer HEAD without a body', async () => {
    const response = await get(TRAIN, { method: 'HEAD' });
    expect(response.headers.get('Content-Length')).toBe('1000');
    expect(await bodyOf(response)).toEqual([]);
  });

  it('are missing rather than replaced by the page, and nothing else of the folder is served', async () => {
    for (const name of ['test-00000-of-00001.parquet', 'notes.txt', '', '..%2Fsecret.txt']) {
      const response = await get(`data/cifar10/${name}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('No such data file.\n');
    }
    expect(await rawStatus('/data/cifar10/../../secret.txt')).toBe(404);
    expect((await get(TRAIN, { method: 'POST' })).status).toBe(405);
  });

  it('lie in CIFAR10_DIR, else in data/cifar10', () => {
    expect(dataFolder({ CIFAR10_DIR: '/somewhere' })).toBe('/somewhere');
    expect(dataFolder({})).toMatch(/data[\\/]cifar10$/);
  });
});

describe('the page', () => {
  it('comes with the security headers, assets for ever', async () => {
    const page = await get('');
    expect(await page.text()).toBe('<title>Page</title>');
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      expect(page.headers.get(name)).toBe(value);
    }
    const script = await get('assets/main-1a2b.js');
    expect(script.headers.get('Cache-Control')).toBe(IMMUTABLE);
    expect(script.headers.get('Content-Type')).toMatch(/^text\/javascript/);
    const missing = await get('assets/none.js');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  });

  it('does not leave its folder', async () => {
    const paths = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/%00',
      '/%',
      '/..\\secret.txt',
    ];
    for (const path of paths) {
      expect(await rawStatus(path)).toBe(400);
      expect(filePath(dist, path)).toBeNull();
    }
    expect(filePath(dist, '/?x=1')).toBe(join(dist, 'index.html'));
  });

  it('follows no link out of its folders, and links within them', async () => {
    symlinkSync(join(folder, 'secret.txt'), join(dist, 'linked.txt'));
    symlinkSync(folder, join(dist, 'up'));
    symlinkSync(join(folder, 'secret.txt'), join(data, 'test-00000-of-00001.parquet'));
    symlinkSync(join(dist, 'index.html'), join(dist, 'same.html'));
    expect((await get('linked.txt')).status).toBe(404);
    expect((await get('up/secret.txt')).status).toBe(404);
    expect((await get('data/cifar10/test-00000-of-00001.parquet')).status).toBe(404);
    expect(await (await get('same.html')).text()).toBe('<title>Page</title>');
    rmSync(join(data, 'test-00000-of-00001.parquet'));
  });

  it('answers only at names of this machine', async () => {
    for (const host of ['localhost', 'LOCALHOST:4173', '127.0.0.1:8', '[::1]:80', '[::1]']) {
      expect(await rawStatus('/', host)).toBe(200);
    }
    for (const host of ['evil.example', 'localhost.evil.example:4173', '192.168.1.9', '[::2]']) {
      expect(await rawStatus('/', host)).toBe(421);
      expect(await rawStatus(`/${TRAIN}`, host)).toBe(421);
    }
  });

  it('takes the next port where one is taken', async () => {
    const second = await serve(pageListener(dist, data), server.port);
    expect(second.port).toBeGreaterThan(server.port);
    expect((await fetch(second.url)).status).toBe(200);
    await second.close();
  });

  it('has the same policy as <meta>, but for what only a header can say', () => {
    const policy = SECURITY_HEADERS['Content-Security-Policy'];
    expect(`${META_POLICY}; frame-ancestors 'none'`).toBe(policy);
  });

  it('has the same headers on static hosts, where only embed.html can be framed', () => {
    const rules = readFileSync('public/_headers', 'utf8');
    const own = sentBy(framedBy(rules, 'https://moodle.example'));
    for (const path of ['/', '/index', '/index.html']) expect(own(path)).toEqual(SECURITY_HEADERS);
    for (const path of ['/embed', '/embed.html']) {
      expect(own(path)).toEqual(embedHeaders('https://moodle.example'));
      expect(sentBy(rules)(path)).toEqual(embedHeaders("'none'"));
    }
    // Other addresses have no page: hosts that find no 404.html answer with index.html.
    expect(existsSync('public/404.html')).toBe(true);
    expect(own('/assets/*')).toMatchObject({ 'Cache-Control': IMMUTABLE });
  });

  it('lets the sites that are named frame embed.html alone', async () => {
    writeFileSync(join(dist, 'embed.html'), '<title>Part</title>');
    const framed = await serve(
      pageListener(dist, data, undefined, frameAncestors('self, https://moodle.example/')),
      server.port,
    );
    const policyOf = async (path: string) =>
      (await fetch(framed.url + path)).headers.get('Content-Security-Policy');
    expect(await policyOf('embed.html')).toMatch(
      /frame-ancestors 'self' https:\/\/moodle\.example$/,
    );
    expect(await policyOf('')).toMatch(/frame-ancestors 'none'$/);
    await framed.close();
    expect((await get('embed.html')).headers.get('Content-Security-Policy')).toMatch(/'none'$/);
  });
});

/** What a host sends for a path by these rules; policies of several rules are one list, all of which hold. */
function sentBy(rules: string) {
  const all = rules.split(/\n(?=[/#])/).map((rule) => rule.split('\n').filter(Boolean));
  return (path: string): Record<string, string> => {
    const sent: Record<string, string> = {};
    for (const [pattern, ...lines] of all) {
      if (pattern !== '/*' && pattern !== path) continue;
      for (const line of lines) {
        const [name = '', value = ''] = line.trim().split(/: (.*)/);
        sent[name] = name in sent ? `${sent[name]}; ${value}` : value;
      }
    }
    return sent;
  };
}

describe('frameAncestors', () => {
  it.each([
    [undefined, "'none'"],
    ['', "'none'"],
    ['self', "'self'"],
    ['*', '*'],
    ['https://a.example:8443 http://localhost:*', 'https://a.example:8443 http://localhost:*'],
    ['https://*.example.edu/', 'https://*.example.edu'],
  ])('%s', (text, wanted) => expect(frameAncestors(text)).toBe(wanted));

  it.each(['moodle.example', "https://a.example; script-src 'unsafe-inline'", 'https://a/b'])(
    'refuses %s',
    (text) => expect(() => frameAncestors(text)).toThrow(/Name an origin such as/),
  );
});

describe('parseRange', () => {
  it.each([
    [undefined, null],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=5-', { start: 5, end: 10 }],
    ['bytes=-20', { start: 0, end: 10 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=4-2', null],
    ['bytes=-', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
  ] as const)('%s', (header, wanted) => {
    expect(parseRange(header, 10)).toEqual(wanted);
  });
});
