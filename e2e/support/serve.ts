/** Started by Playwright: builds the page and serves it with a mirror of the images, and serves the sources beside it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { DATA_FILES, dataFolder, hasData } from '../../scripts/lib/dataMiddleware.mjs';
import { ROOT } from '../../scripts/lib/install.mjs';
import { pageListener, serve } from '../../scripts/lib/staticServer.mjs';
import { parquetFixture } from '../../src/data/testing/parquetFixture.ts';
import { BUILT_PAGE, PAGE_PORT, SOURCE_PORT } from './ports.ts';

const FIXTURE_IMAGES = [1200, 300] as const;

const work = mkdtempSync(join(tmpdir(), 'residual-playground-e2e-'));

/** A folder of images in CIFAR-10's format: the real ones if they are available, else drawn ones. */
function images(): string {
  const folder = dataFolder();
  if (hasData(folder)) return folder;
  for (const [i, name] of DATA_FILES.entries()) {
    const { file } = parquetFixture({ count: FIXTURE_IMAGES[i] ?? 100, seed: i });
    writeFileSync(join(work, name), file);
  }
  return work;
}

await build({ root: ROOT, logLevel: 'warn', build: { outDir: BUILT_PAGE, emptyOutDir: true } });

const sources = await createServer({
  root: ROOT,
  logLevel: 'warn',
  server: { port: SOURCE_PORT, strictPort: true, host: 'localhost' },
});
await sources.listen();

const { port } = await serve(pageListener(BUILT_PAGE, images()), PAGE_PORT);
if (port !== PAGE_PORT) throw new Error(`port ${PAGE_PORT} is taken`);
