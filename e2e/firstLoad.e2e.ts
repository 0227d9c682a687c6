import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { open, test } from './support/page.ts';

/** Gzipped bytes of everything an untouched page fetches until its charts are drawn, images excepted. */
const MOST_BYTES = 275_000;

test('the page’s first load is small', async ({ page }) => {
  const paths = new Set<string>();
  // The worker's requests belong to the context, not the page.
  page.context().on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/(\/|\.html|\.js|\.css|\.wasm)$/.test(pathname)) paths.add(pathname);
  });
  await open(page);
  await page.waitForLoadState('networkidle');
  const sizes: [string, number][] = [];
  for (const path of paths) {
    const body = await (await page.request.get(path)).body();
    sizes.push([path, gzipSync(body, { level: 9 }).length]);
  }
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(sizes.some(([path]) => /\/worker-[^/]*\.js$/.test(path))).toBe(true);
  const list = sizes.map(([path, bytes]) => `${path} ${bytes}`).join('\n');
  expect(total, `${total} bytes\n${list}`).toBeLessThan(MOST_BYTES);
});
