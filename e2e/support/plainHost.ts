/**
 * The built page in a sub-folder of a host that only knows files, as GitHub Pages does: no header of ours, no ranges.
 * Python's `http.server` serves it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATA_FILES } from '../../scripts/lib/dataMiddleware.mjs';
import { parquetFixture } from '../../src/data/testing/parquetFixture.ts';
import { BUILT, PLAIN_PORT } from './ports.ts';

const IMAGES = [200, 100] as const;
const NEXT = '-Next';

export class PlainHost {
  readonly url = `http://localhost:${PLAIN_PORT}/nets/`;
  private readonly folder = mkdtempSync(join(tmpdir(), 'plain-host-'));
  private readonly page = join(this.folder, 'nets');
  private server: ChildProcess | null = null;

  constructor() {
    cpSync(BUILT, this.page, { recursive: true });
    const data = join(this.page, 'data', 'cifar10');
    mkdirSync(data, { recursive: true });
    for (const [i, name] of DATA_FILES.entries()) {
      writeFileSync(join(data, name), parquetFixture({ count: IMAGES[i] ?? 0, seed: i }).file);
    }
  }

  async start(): Promise<void> {
    const server = spawn(
      process.env.PYTHON ?? 'python3',
      ['-m', 'http.server', `${PLAIN_PORT}`, '--directory', this.folder],
      { stdio: 'ignore' },
    );
    this.server = server;
    const failed = new Promise<never>((_, reject) => server.once('error', reject));
    const answers = async () => {
      while (!(await fetch(this.url).catch(() => null))?.ok) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await Promise.race([answers(), failed]);
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === null || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await ended;
  }

  /** Another version in place of the present one: all its scripts are others. @returns what their names contain. */
  deploy(): string {
    const assets = join(this.page, 'assets');
    const scripts = new Set(readdirSync(assets).filter((name) => name.endsWith('.js')));
    const renamed = (text: string) =>
      text.replace(/[\w.-]+\.js\b/g, (name) =>
        scripts.has(name) ? name.replace(/\.js$/, `${NEXT}.js`) : name,
      );
    const worker = join(this.page, 'serviceWorker.js');
    const texts = [...scripts].map((name) => join(assets, name));
    for (const path of [...texts, join(this.page, 'index.html'), worker]) {
      writeFileSync(path, renamed(readFileSync(path, 'utf8')));
    }
    for (const name of scripts) renameSync(join(assets, name), join(assets, renamed(name)));
    const source = readFileSync(worker, 'utf8');
    writeFileSync(worker, source.replace(/(\bid:\s*.)[0-9a-f]{16}/, '$1fedcba9876543210'));
    return NEXT;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
