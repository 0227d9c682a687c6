/** Buttons pressed at random moments, faster than any person. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { DeadPage, PATIENCE_MS, type Tab } from '../tab.ts';
import { type Kind, pair, SHORT } from './kind.ts';

/** Resets, and sees that nothing of the run before comes back. */
async function reset(stage: Stage, tab: Tab): Promise<void> {
  if (!(await tab.press('Reset'))) return;
  await sleep(stage.dice.between(0, 400));
  const step = await tab.step();
  if (step !== 0) stage.complain('WRONG NUMBERS', `step ${step} after Reset`);
}

const commands: Kind = {
  name: 'commands',
  what: 'Train, Pause, Step, Reset and a reload, in any order and at any moment',
  weight: 4,
  sample: 2,
  async run(stage) {
    const { dice } = stage;
    const link = pair(SHORT);
    const tab = await stage.open(link);
    await tab.click('Train');
    for (let i = dice.between(4, 10); i > 0; i--) {
      const choice = dice.number();
      stage.faults++;
      if (choice < 0.25) await tab.press('Pause');
      else if (choice < 0.45) await tab.press('Train');
      else if (choice < 0.55) await tab.press('Step');
      else if (choice < 0.8) await reset(stage, tab);
      else {
        const before = await tab.before();
        await tab.page.reload();
        await stage.recovered(tab, before);
      }
      await sleep(dice.between(0, 300));
    }
    await stage.judge(tab, link);
  },
};

const switches: Kind = {
  name: 'switches',
  what: 'shortcuts are switched while the pair trains, with reloads between; the page trains the runs again to verify them',
  weight: 2,
  sample: 10,
  async run(stage) {
    const { dice } = stage;
    const tab = await stage.open(pair(SHORT));
    await tab.click('Train');
    for (let i = dice.between(2, 5); i > 0; i--) {
      await sleep(dice.between(0, 300));
      stage.faults++;
      const all = tab.page.getByRole('switch', { name: 'Shortcuts', exact: true });
      if (dice.chance(0.7)) {
        await all
          .nth(dice.between(0, 1))
          .click({ timeout: 3000 })
          .catch(() => undefined);
        // A change is made between two steps, and a reload goes back to the last checkpoint.
        await sleep(dice.between(0, 200));
      } else {
        const before = await tab.before();
        await tab.page.reload();
        await stage.recovered(tab, before);
      }
    }
    await tab.finish();
    await everyStepIsThere(stage, tab);
    await verify(stage, tab);
  },
};

async function everyStepIsThere(stage: Stage, tab: Tab): Promise<void> {
  const { rows } = await tab.curve();
  const steps = [...rows.values()].map(({ step }) => step);
  const wanted = 2 * SHORT;
  if (steps.length !== wanted) {
    stage.complain('LOST IN SILENCE', `${steps.length} rows of ${wanted} in the curve`);
  }
}

async function verify(stage: Stage, tab: Tab): Promise<void> {
  const buttons = tab.page.getByRole('button', { name: /^Verify / });
  for (let i = 0; i < (await buttons.count()); i++) {
    await buttons.nth(i).click({ timeout: PATIENCE_MS });
    const result = tab.page.getByText(/^(Verified|Not verified|Can’t be verified)/);
    await result.first().waitFor({ timeout: PATIENCE_MS });
    const text = (await result.first().textContent()) ?? '';
    if (!text.startsWith('Verified')) stage.complain('WRONG NUMBERS', text);
    await tab.page.getByRole('button', { name: /^Dismiss the verification/ }).click();
  }
}

/** Trains the same runs anew, to the end. */
async function again(tab: Tab): Promise<void> {
  await tab.click('Reset');
  await tab.until(async () => (await tab.step()) === 0);
  await tab.finish();
}

const keptRuns: Kind = {
  name: 'kept-runs',
  what: 'finished runs are deleted, brought back and kept again, with reloads between',
  weight: 2,
  sample: 1,
  async run(stage) {
    const { dice } = stage;
    const tab = await stage.open(pair(30));
    const click = async (role: 'tab' | 'button', name: string | RegExp) =>
      tab.page.getByRole(role, { name }).first().click({ timeout: 5000 });
    await tab.finish();
    await click('tab', 'Runs');
    let kept = 2;
    const count = async () => {
      const text = (await tab.page.getByText(/kept in this browser,/).allInnerTexts())[0] ?? '0';
      return Number.parseInt(text, 10);
    };
    const expected = async (wanted: number, after: string) => {
      if (await tab.until(async () => (await count()) === wanted, 8000)) return;
      throw new DeadPage(`${await count()} runs kept instead of ${wanted} ${after}`);
    };
    await expected(kept, 'at first');
    for (let i = dice.between(2, 4); i > 0; i--) {
      stage.faults++;
      const choice = dice.number();
      if (choice < 0.3) {
        await again(tab);
        kept += 2;
        await expected(kept, 'after training again');
      } else if (choice < 0.8 && kept > 0) {
        await click('button', 'Delete all kept runs');
        await expected(0, 'after deleting');
        if (dice.chance(0.3)) {
          await again(tab);
          await expected(2, 'after deleting and training again');
          await click('button', /^Delete for good$/).catch(() => undefined);
          kept = 2;
        } else if (dice.chance(0.6)) await click('button', 'Undo');
        else {
          await click('button', 'Delete for good');
          kept = 0;
        }
        await expected(kept, 'after deciding on what was deleted');
      } else {
        await tab.page.reload();
        await expected(kept, 'after a reload');
      }
    }
  },
};

export const COMMANDS: readonly Kind[] = [commands, switches, keptRuns];
