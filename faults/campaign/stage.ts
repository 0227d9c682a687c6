/** What a case has to work with: its own origin, a browser, and the judge. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chromium } from '../support/chromium.ts';
import type { Dice } from '../support/dice.ts';
import type { Misbehaviour, PageServer } from '../support/server.ts';
import { compareCurves, type Curve } from './curve.ts';
import { saysLoss, saysNothingIsKept } from './said.ts';
import { type Before, DeadPage, Tab } from './tab.ts';
import type { Verdict } from './verdict.ts';

/** A run that nothing disturbed. */
export interface Whole {
  readonly curve: Curve;
  readonly hashes: readonly string[];
}

/** The status of a page that waits for a person to restart training. */
const BROKEN = /^(Stopped|GPU lost|Interrupted)/;
/** How long a page on a busy machine may look for a checkpoint before a person gives up and presses Train. */
const OFFER_MS = 8_000;

export class Stage {
  readonly stepsLost: number[] = [];
  readonly secondsLost: number[] = [];
  faults = 0;
  /** What the page said between a fault's parts, before it cost anything. */
  private heard = '';
  private readonly complaints: { readonly verdict: Verdict; readonly note: string }[] = [];
  private readonly tabs: Tab[] = [];

  constructor(
    readonly dice: Dice,
    readonly chromium: Chromium,
    private readonly server: PageServer,
    private readonly origin: string,
    private readonly wholeOf: (link: string) => Promise<Whole>,
    /** Into one training. */
    readonly mostFaults: number,
  ) {}

  get address(): string {
    return this.server.addressOf(this.origin);
  }

  async open(link: string): Promise<Tab> {
    return this.adopt(await Tab.open(this.chromium.context, `${this.address}#${link}`));
  }

  /** A tab that is judged with the others. */
  adopt(tab: Tab): Tab {
    this.tabs.push(tab);
    return tab;
  }

  misbehave(how: Misbehaviour | null): void {
    this.server.misbehave(this.origin, how);
  }

  async hear(tab: Tab): Promise<void> {
    this.heard += `\n${await tab.said()}`;
  }

  complain(verdict: Verdict, note: string): void {
    this.complaints.push({ verdict, note });
  }

  /**
   * Goes on after a fault, and holds what was lost against what the page says.
   * @param before what the tab had done by then.
   */
  async recovered(tab: Tab, before: Before): Promise<void> {
    this.faults++;
    let first: number | null = null;
    let since = before;
    let idleSinceMs = Date.now();
    const said = new Set<string>();
    const isUp = await tab.until(async () => {
      const text = await tab.statusText();
      said.add(await tab.said());
      // What came before training broke off is no news of how it goes on.
      if (BROKEN.test(text)) since = { ...(await tab.before()), step: before.step };
      first = await tab.firstStepSince(since);
      if (text.startsWith('Finished') || (first !== null && /^(Training|Paused)/.test(text)))
        return true;
      if (/^(Compiling|Tuning|Measuring|Restoring|Waiting)/.test(text)) idleSinceMs = Date.now();
      // A page that trains on by itself gets the time to, and one that looks for something to offer.
      const isFresh = before.step > 0 && text.startsWith('Ready');
      if (Date.now() - idleSinceMs > (isFresh && !(await tab.hasOffer()) ? OFFER_MS : 700)) {
        said.add(await tab.goOn());
        idleSinceMs = Date.now();
      }
      return false;
    });
    if (!isUp) throw new DeadPage(`does not go on: ${await tab.statusText()}; ${[...said].at(-1)}`);
    // A finished run is kept in the library, and a later visit begins with new ones.
    if (first === null || first >= before.step || before.isFinished) return;
    await sleep(60);
    said.add(await tab.said());
    this.lost(since, first, [...said].join('\n'));
  }

  private lost({ step, seen, said: warned }: Before, resumedAt: number, said: string): void {
    const steps = step - resumedAt;
    const last = seen.at(-1);
    const at = seen.find((message) => message.last >= resumedAt);
    this.stepsLost.push(steps);
    this.secondsLost.push(
      last === undefined || at === undefined ? 0 : (last.atMs - at.atMs) / 1000,
    );
    const isSaid = saysLoss(said, resumedAt, steps) || saysNothingIsKept(warned + this.heard);
    if (isSaid) this.complain('lost as said', `${steps} steps`);
    else
      this.complain(
        'LOST IN SILENCE',
        `step ${step} became ${resumedAt}; said: ${shortened(said, 1500)}`,
      );
  }

  /** Has the page try again until it trains on the server's images, not on drawn ones. */
  async realImages(tab: Tab): Promise<void> {
    const standIns = tab.page.getByText('These images are not CIFAR-10.');
    const available = tab.page.getByText('CIFAR-10 is available now.');
    const again = tab.page.getByRole('button', { name: /^(Retry|Try CIFAR-10 again)$/ }).first();
    const title = tab.page.getByRole('region', { name: 'Images' }).locator('strong').first();
    let hadStandIns = false;
    const hasImages = await tab.until(async () => {
      const isDrawn = await standIns.isVisible();
      hadStandIns ||= isDrawn;
      if (await available.isVisible()) {
        await tab.click('Reset');
        await sleep(500);
      } else if (await again.isVisible()) {
        await again.click({ timeout: 2000 }).catch(() => undefined);
        // Asked again sooner, it would only begin anew.
        await sleep(2000);
      } else await sleep(100);
      const isReal = !isDrawn && (await title.isVisible()) && !(await again.isVisible());
      return isReal && /^CIFAR-10/.test((await title.textContent()) ?? '');
    });
    if (!hasImages) {
      throw new DeadPage(`no images although the server has them: ${shortened(await tab.said())}`);
    }
    if (hadStandIns) await tab.click('Reset');
  }

  /** Trains to the end, and holds all of it against the run that nothing disturbed. */
  async judge(tab: Tab, link: string): Promise<void> {
    const whole = await this.wholeOf(link);
    await tab.finish();
    const hashes = await tab.hashes();
    const { missing, wrong } = compareCurves(whole.curve, await tab.curve());
    if (wrong !== null) this.complain('WRONG NUMBERS', wrong);
    if (missing > 0)
      this.complain('LOST IN SILENCE', `${missing} steps are missing from the curve`);
    if (hashes.join() !== whole.hashes.join()) {
      this.complain('WRONG NUMBERS', `weights ${hashes.join()} instead of ${whole.hashes.join()}`);
    }
  }

  /** After everything: what no page may show, whatever happened to it. */
  async inspect(): Promise<void> {
    for (const tab of this.tabs) {
      const [error] = tab.errors;
      if (error !== undefined) this.complain('RAW ERROR', shortened(error));
      if (tab.page.isClosed()) continue;
      const text = await tab.text();
      if (text.trim() === '') this.complain('DEAD PAGE', 'the page is blank');
      if (text.includes('could not be drawn')) this.complain('DEAD PAGE', shortened(text));
      const raw = await tab.rawWords();
      if (raw !== null) this.complain('RAW ERROR', shortened(raw));
    }
  }

  async closeTabs(): Promise<void> {
    for (const tab of this.tabs) await tab.close();
  }

  /** All that was found. */
  get found(): readonly { readonly verdict: Verdict; readonly note: string }[] {
    return this.complaints;
  }
}

export const shortened = (text: string, most = 300): string =>
  text.replace(/\s+/g, ' ').trim().slice(0, most);
