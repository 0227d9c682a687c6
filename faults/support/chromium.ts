/**
 * A Chromium that can be killed like any process and started again on the same profile. It is driven over its DevTools
 * port, so that a page whose renderer has crashed can be taken up again: Playwright gives such a page up for good.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { ensureChromium, SERVER_ARGS } from '../../scripts/lib/chromium.mjs';
import { WATCH_SCRIPT } from './watch.ts';

const START_LIMIT_MS = 30_000;
/** Origins below this name may keep no data. */
export const REFUSED = 'refused';

const ARGS = [
  ...SERVER_ARGS,
  '--no-first-run',
  // Pages speak English, whatever the machine does.
  '--lang=en-US',
  '--remote-debugging-port=0',
  '--enable-unsafe-webgpu',
  // Nothing is fetched from anywhere but the campaign's own server.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost',
  // Otherwise the third crash of the GPU process takes the GPU from every later page.
  '--disable-gpu-process-crash-limit',
  '--disable-domain-blocking-for-3d-apis',
  // A window that is hidden behind nothing still counts as hidden.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--js-flags=--expose-gc',
];

export class Chromium {
  private readonly profile = mkdtempSync(join(tmpdir(), 'residual-playground-profile-'));
  private process: ChildProcess | null = null;
  private browser: Browser | null = null;
  private endpoint = '';

  private constructor(private readonly path: string) {
    const exceptions = { cookies: { [`[*.]${REFUSED}.localhost,*`]: { setting: 2 } } };
    mkdirSync(join(this.profile, 'Default'));
    writeFileSync(
      join(this.profile, 'Default', 'Preferences'),
      JSON.stringify({
        intl: { accept_languages: 'en-US,en' },
        profile: { content_settings: { exceptions } },
      }),
    );
  }

  static async start(): Promise<Chromium> {
    const one = new Chromium(await ensureChromium());
    process.on('exit', one.onExit);
    await one.launch();
    return one;
  }

  get context(): BrowserContext {
    const [context] = this.browser?.contexts() ?? [];
    if (context === undefined) throw new Error('Chromium is not connected');
    return context;
  }

  /** A browser must not outlive the campaign, whatever ends that. */
  private readonly onExit = (): void => {
    if (this.process?.pid !== undefined) process.kill(-this.process.pid, 'SIGKILL');
  };

  /** Starts the process, after `kill` on the same profile. */
  async launch(): Promise<void> {
    const port = join(this.profile, 'DevToolsActivePort');
    rmSync(port, { force: true });
    rmSync(join(this.profile, 'SingletonLock'), { force: true });
    this.process = spawn(this.path, [...ARGS, `--user-data-dir=${this.profile}`, 'about:blank'], {
      stdio: 'ignore',
      detached: true,
    });
    const startedMs = Date.now();
    for (;;) {
      const [number = '', path = ''] = textOf(port).split('\n');
      this.endpoint = `ws://127.0.0.1:${number}${path}`;
      if (path !== '') break;
      if (Date.now() - startedMs > START_LIMIT_MS) throw new Error('Chromium does not start');
      await sleep(20);
    }
    await this.connect();
  }

  /** Ends every process of the browser at once, as a power cut would. */
  async kill(): Promise<void> {
    const { process: child } = this;
    if (child?.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    this.process = null;
    this.browser = null;
  }

  async close(): Promise<void> {
    await this.kill();
    process.off('exit', this.onExit);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async crashGpuProcess(): Promise<void> {
    const session = await this.browser?.newBrowserCDPSession();
    await session?.send('Browser.crashGpuProcess');
    await session?.detach();
  }

  /** Crashes the page's renderer and reloads the dead tab. @returns the same tab. */
  async crashRenderer(page: Page): Promise<Page> {
    const session = await this.context.newCDPSession(page);
    const { targetInfo } = await session.send('Target.getTargetInfo');
    const { targetId } = targetInfo;
    const crashed = page.waitForEvent('crash');
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    const browser = await this.browser?.newBrowserCDPSession();
    const attached = await browser?.send('Target.attachToTarget', { targetId, flatten: false });
    const sessionId = attached?.sessionId ?? '';
    const commands = [
      ['Page.enable', {}],
      ['Page.addScriptToEvaluateOnNewDocument', { source: WATCH_SCRIPT }],
      ['Page.reload', {}],
    ] as const;
    for (const [id, [method, params]] of commands.entries()) {
      const message = JSON.stringify({ id, method, params });
      await browser?.send('Target.sendMessageToTarget', { sessionId, message });
    }
    const address = page.url();
    for (let tries = 0; tries < 50; tries++) {
      await this.connect();
      for (const candidate of this.context.pages()) {
        if (candidate.url() !== address) continue;
        const own = await this.context.newCDPSession(candidate);
        const { targetInfo: info } = await own.send('Target.getTargetInfo');
        await own.detach();
        if (info.targetId === targetId) return candidate;
      }
      await sleep(100);
    }
    throw new Error('the tab that crashed does not come back');
  }

  private async connect(): Promise<void> {
    this.browser = await chromium.connectOverCDP(this.endpoint);
    await this.context.addInitScript(WATCH_SCRIPT);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
