/**
 * The server of the page under test. Every case has an origin of its own, `http://<case>.localhost:<port>`, and with it
 * storage that no other case has touched. What the server does wrong, it does to one origin.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { DATA_FILES } from '../../scripts/lib/dataMiddleware.mjs';
import { ROOT } from '../../scripts/lib/install.mjs';
import { pageListener, serve } from '../../scripts/lib/staticServer.mjs';
import { parquetFixture } from '../../src/data/testing/parquetFixture.ts';

/** Training and test images of the mirror, drawn by the fixture. */
const IMAGES = [1200, 300] as const;

/** Answers a request wrongly, or has it answered late; false leaves it to the server. */
export type Misbehaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  goOn: () => void,
) => boolean;

export interface PageServer {
  /** The address of the page for one case. */
  addressOf(origin: string): string;
  /** From the next request of this origin on; null: it behaves. */
  misbehave(origin: string, how: Misbehaviour | null): void;
  close(): Promise<void>;
}

/** Builds the page and serves it. @param built a folder that holds a build already; null: builds one. */
export async function startServer(port: number, built: string | null = null): Promise<PageServer> {
  const work = mkdtempSync(join(tmpdir(), 'residual-playground-faults-'));
  const outDir = built ?? join(work, 'dist');
  if (built === null) {
    await build({ root: ROOT, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  }
  for (const [i, name] of DATA_FILES.entries()) {
    const { file } = parquetFixture({ count: IMAGES[i] ?? 100, seed: i });
    writeFileSync(join(work, name), file);
  }
  const listener = pageListener(outDir, work);
  const wrong = new Map<string, Misbehaviour>();
  const served = await serve((request: IncomingMessage, response: ServerResponse) => {
    const origin = (request.headers.host ?? '').replace(/\.localhost:\d+$/, '');
    const goOn = (): void => {
      // The page's server answers at this machine's own names only.
      request.headers.host = 'localhost';
      listener(request, response);
    };
    if (wrong.get(origin)?.(request, response, goOn) !== true) goOn();
  }, port);
  return {
    addressOf: (origin) => `http://${origin}.localhost:${served.port}/`,
    misbehave(origin, how) {
      if (how === null) wrong.delete(origin);
      else wrong.set(origin, how);
    },
    async close() {
      await served.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}
