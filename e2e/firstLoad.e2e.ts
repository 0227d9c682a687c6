import { gzipSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { open, test } from './support/page.ts';

/** Bytes as gzip sends them, of all that an untouched page fetches until it has drawn its charts; images excepted. */
const MOST_BYTES = 295_000;

test('the page’s first load is small', async ({ page }) => {
  const files = new Map<string, Promise<number>>();
  // The worker's requests are the context's.
  page.context().on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!/(\/|\.html|\.js|\.css|\.wasm)$/.test(pathname)) return;
    files.set(
      pathname,
      response.body().then((body) => gzipSync(body, { level: 9 }).length),
    );
  });
  await open(page);
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(
    [...files].map(async ([path, bytes]) => [path, await bytes] as const),
  );
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(sizes.some(([path]) => /\/worker-[^/]*\.js$/.test(path))).toBe(true);
  expect(total, sizes.map(([path, bytes]) => `${path} ${bytes}`).join('\n')).toBeLessThan(
    MOST_BYTES,
  );
  console.log(`first load: ${total} bytes, ${sizes.length} files`);
});
