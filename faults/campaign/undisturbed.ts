/** Runs that nothing disturbs, each trained once per browser. */
import type { Chromium } from '../support/chromium.ts';
import type { PageServer } from '../support/server.ts';
import type { Whole } from './stage.ts';
import { Tab } from './tab.ts';

export class Undisturbed {
  private readonly runs = new Map<string, Promise<Whole>>();

  constructor(private readonly server: PageServer) {}

  /** The finished runs of a link. */
  of(link: string, chromium: Chromium): Promise<Whole> {
    const known = this.runs.get(link);
    if (known !== undefined) return known;
    const run = this.train(link, chromium);
    this.runs.set(link, run);
    run.catch(() => this.runs.delete(link));
    return run;
  }

  private async train(link: string, chromium: Chromium): Promise<Whole> {
    const tab = await Tab.open(
      chromium.context,
      `${this.server.addressOf(`whole${this.runs.size}`)}#${link}`,
    );
    await tab.click('Train');
    await tab.finish();
    const whole = { hashes: await tab.hashes(), curve: await tab.curve() };
    await tab.close();
    return whole;
  }
}
