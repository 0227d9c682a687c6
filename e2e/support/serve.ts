/** Started by Playwright: builds the page and serves it with a mirror of the images, and serves the sources beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { DATA_FILES, dataFolder, hasData } from '../../scripts/lib/dataMiddleware.mjs';
import { ROOT } from '../../scripts/lib/install.mjs';
import { pageListener, serve } from '../../scripts/lib/staticServer.mjs';
import { parquetFixture } from '../../src/data/testing/parquetFixture.ts';
import { BUILT, COURSE_PORT, PAGE_PORT, SOURCE_PORT, WORK } from './ports.ts';

/** As many as the ready-made pair was trained on. */
const FIXTURE_IMAGES = [10_000, 300] as const;

mkdirSync(WORK, { recursive: true });

/** A folder of images in CIFAR-10's format: the real ones if they are available, else drawn ones. */
function images(): string {
  const folder = dataFolder();
  if (hasData(folder)) return folder;
  for (const [i, name] of DATA_FILES.entries()) {
    const { file } = parquetFixture({ count: FIXTURE_IMAGES[i] ?? 100, seed: i });
    writeFileSync(join(WORK, name), file);
  }
  return WORK;
}

await build({ root: ROOT, logLevel: 'warn', build: { outDir: BUILT, emptyOutDir: true } });

const sources = await createServer({
  root: ROOT,
  logLevel: 'warn',
  server: { port: SOURCE_PORT, strictPort: true, host: 'localhost' },
});
await sources.listen();

const listener = pageListener(BUILT, images(), undefined, `http://127.0.0.1:${COURSE_PORT}`);
const { port } = await serve(listener, PAGE_PORT);
if (port !== PAGE_PORT) throw new Error(`port ${PAGE_PORT} is taken`);
