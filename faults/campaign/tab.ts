/** One tab with the page in it, used as a person uses it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { button, status, stepsDone } from '../../e2e/support/page.ts';
import type { StepsSeen } from '../support/watch.ts';
import { type Curve, parseCurve } from './curve.ts';

/** How long anything may take that a busy machine does in two seconds. */
export const PATIENCE_MS = 60_000;
const POLL_MS = 40;
/** How long a page may seem to rest before a person presses what it offers. */
const IDLE_MS = 1500;
/** How long news of a dead worker may take to the page. */
const STOP_MS = 4000;

/** What a page never shows: the words of exceptions instead of its own. */
const RAW =
  /\b(Type|Reference|Range|Syntax|Network|Security|NotFound|InvalidState|QuotaExceeded)Error\b|DOMException|is not a function|of (undefined|null)\b|is not defined|dynamically imported module|\[object |Failed to (fetch|execute)/;

/** In the message of every exception that a case throws itself. */
export const INJECTED = 'injected by the campaign';

/** What a tab had done when a fault came. */
export interface Before {
  /** As the status line shows it: what a person knows to lose. */
  readonly step: number;
  readonly seen: readonly StepsSeen[];
  readonly isFinished: boolean;
  /** Tells one load of a page from the next. */
  readonly load: number;
  /** Messages seen of this load. */
  readonly count: number;
  /** What the page said by then. */
  readonly said: string;
}

export class Tab {
  /** Exceptions nobody caught, and errors on the console. */
  readonly errors: string[] = [];
  /** Its page while it is open. */
  page: Page;

  private constructor(page: Page) {
    this.page = page;
    this.listen(page);
  }

  static async open(context: BrowserContext, address: string): Promise<Tab> {
    const tab = new Tab(await context.newPage());
    await tab.page.goto(address);
    return tab;
  }

  /** A tab that is there already. */
  static of(page: Page): Tab {
    return new Tab(page);
  }

  /** The same tab in another connection, or in another browser. */
  moveTo(page: Page): void {
    this.page = page;
    this.listen(page);
  }

  private listen(page: Page): void {
    page.on('pageerror', ({ message }) => {
      // What a thread of a worker throws reaches the page without its words.
      if (!message.includes(INJECTED) && message !== 'null')
        this.errors.push(`uncaught: ${message}`);
    });
    page.on('console', (message) => {
      const text = message.text();
      // Chromium logs requests that fail, whatever the page does about it.
      const isExpected =
        /^Failed to load (resource|module script)|net::ERR_|status of \d{3}/.test(text) ||
        text.includes(INJECTED);
      if (message.type() === 'error' && !isExpected) this.errors.push(`console: ${text}`);
    });
  }

  async click(name: string): Promise<void> {
    await button(this.page, name).click({ timeout: PATIENCE_MS });
  }

  /** Clicks a button if it can be clicked at the moment. @returns whether it was. */
  async press(name: string): Promise<boolean> {
    const wanted = button(this.page, name);
    if (!(await wanted.isEnabled({ timeout: 5000 }).catch(() => false))) return false;
    return wanted.click({ timeout: 1000 }).then(
      () => true,
      () => false,
    );
  }

  async statusText(): Promise<string> {
    return (await status(this.page).textContent({ timeout: PATIENCE_MS })) ?? '';
  }

  async step(): Promise<number> {
    return stepsDone(this.page);
  }

  /** Waits for a condition. @returns whether it came about. */
  async until(condition: () => Promise<boolean>, limitMs = PATIENCE_MS): Promise<boolean> {
    for (const startedMs = Date.now(); Date.now() - startedMs < limitMs; await sleep(POLL_MS)) {
      if (await condition()) return true;
    }
    return false;
  }

  /** Trains until the status line shows `step`, or to the end. */
  async reach(step: number): Promise<void> {
    let sinceMs = Date.now();
    const reached = await this.until(async () => {
      const text = await this.statusText();
      if (text.startsWith('Finished') || (await this.step()) >= step) return true;
      if (!/^(Ready|Paused|Stopped|Interrupted|GPU lost)/.test(text)) sinceMs = Date.now();
      if (Date.now() - sinceMs > IDLE_MS) await this.goOn();
      return false;
    });
    if (!reached) throw new DeadPage(`step ${step} is never reached: ${await this.statusText()}`);
  }

  /** Whether training stops, by itself, within a while. */
  stops(): Promise<boolean> {
    return this.until(async () => !/^Training/.test(await this.statusText()), STOP_MS);
  }

  /** Everything that the page says beside its status and controls. */
  async said(): Promise<string> {
    const parts = this.page.locator('.notice, .toast, .crash, [role=alert], [role=note]');
    return (await parts.allInnerTexts()).join('\n');
  }

  /** All of the page's text. */
  async text(): Promise<string> {
    return (await this.page.locator('body').textContent({ timeout: PATIENCE_MS })) ?? '';
  }

  /** What the page shows of an exception's own words; null: nothing. */
  async rawWords(): Promise<string | null> {
    const at = RAW.exec(await this.text());
    return at === null ? null : at.input.slice(Math.max(0, at.index - 80), at.index + 120);
  }

  async before(): Promise<Before> {
    // The line first: what it shows has been seen then.
    const step = await this.step();
    const isFinished = (await this.statusText()).startsWith('Finished');
    const { seen, load } = await this.watched();
    return { step, isFinished, seen, load, count: seen.length, said: await this.said() };
  }

  /** The first step trained since, or the step before the fault where training simply went on; null: none yet. */
  async firstStepSince({ load, count, step, seen }: Before): Promise<number | null> {
    const now = await this.watched();
    if (now.load !== load) return now.seen[0]?.first ?? null;
    const [next, ...others] = now.seen.slice(count);
    if (next === undefined) return null;
    // Runs take turns in reporting the same steps.
    const wentBack = [next, ...others].find(({ id, first }) => {
      const last = seen.findLast((one) => one.id === id)?.last;
      return last === undefined || first <= last;
    });
    return wentBack?.first ?? step;
  }

  private async watched(): Promise<{ seen: StepsSeen[]; load: number }> {
    return this.page.evaluate(() => ({
      seen: window.faultsWatch?.steps ?? [],
      load: performance.timeOrigin,
    }));
  }

  hasOffer(): Promise<boolean> {
    return this.page.getByRole('button', { name: 'Resume', exact: true }).first().isVisible();
  }

  /** Dialogs may open after they were given up: their parts came late. */
  async closeDialogs(): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await this.until(async () => {
      if (!(await dialog.first().isVisible())) return true;
      await this.page.keyboard.press('Escape');
      return false;
    }, 5000);
  }

  /** Does what the page offers to go on: resume, restart, train. @returns what the page said by then. */
  async goOn(): Promise<string> {
    await this.closeDialogs();
    for (const name of [/^Resume$/, /^Restart from step/, /^Reload training$/, /^Train$/]) {
      const offered = this.page.getByRole('button', { name }).first();
      if (!(await offered.isVisible())) continue;
      // It may go in between.
      if (!(await offered.isEnabled({ timeout: 1000 }).catch(() => false))) continue;
      const said = await this.said();
      await offered.click({ timeout: 5000 }).catch(() => undefined);
      return said;
    }
    return '';
  }

  /** Goes on until every run has finished. @throws DeadPage where that never happens. */
  async finish(limitMs = 2 * PATIENCE_MS): Promise<void> {
    let sinceMs = Date.now();
    const isFinished = await this.until(async () => {
      const text = await this.statusText();
      if (text.startsWith('Finished')) return true;
      if (/^(Training|Compiling|Tuning|Measuring|Restoring|Waiting)/.test(text)) {
        sinceMs = Date.now();
      } else if (Date.now() - sinceMs > 300) {
        await this.goOn();
        sinceMs = Date.now();
      }
      return false;
    }, limitMs);
    if (!isFinished) {
      throw new DeadPage(`never finishes: ${await this.statusText()}; ${await this.said()}`);
    }
  }

  /** The text of the file that the page saves as its metrics. */
  async curve(): Promise<Curve> {
    await this.closeDialogs();
    await this.page.evaluate(() => {
      if (window.faultsWatch !== undefined) window.faultsWatch.saved = null;
    });
    const metrics = this.page.getByRole('menuitem', { name: /^Metrics/ });
    // A menu that was asked for earlier may just open, and a click closes it.
    await this.until(async () => {
      await this.page.getByRole('button', { name: /^Export/ }).click({ timeout: PATIENCE_MS });
      return metrics.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
    await metrics.click({ timeout: PATIENCE_MS });
    let text: string | null = null;
    await this.until(async () => {
      text = await this.page.evaluate(
        async () => (await window.faultsWatch?.saved?.text()) ?? null,
      );
      return text !== null;
    });
    if (text === null) throw new DeadPage('the metrics are never exported');
    return parseCurve(text);
  }

  /** The hashes of the finished runs' weights, in the page's order. */
  async hashes(): Promise<string[]> {
    const shown = this.page.locator('[title^="weightsSha256 "]');
    await shown.first().waitFor({ timeout: PATIENCE_MS });
    return shown.evaluateAll((all) =>
      all.map((one) => one.getAttribute('title')?.split(' ')[1] ?? ''),
    );
  }

  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false }).catch(() => undefined);
  }
}

/** The page does not do what it is asked, or nothing is left of it. */
export class DeadPage extends Error {}
