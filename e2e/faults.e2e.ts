/** A minute's sample of `npm run faults`: a quick case each of the kinds of faults that no other browser test has. */
import { expect, test } from '@playwright/test';
import { runCase } from '../faults/campaign/campaign.ts';
import { KINDS } from '../faults/campaign/kinds/registry.ts';
import { Undisturbed } from '../faults/campaign/undisturbed.ts';
import { isGood } from '../faults/campaign/verdict.ts';
import { Chromium } from '../faults/support/chromium.ts';
import { type PageServer, startServer } from '../faults/support/server.ts';
import { BUILT, FAULTS_PORT } from './support/ports.ts';

const SAMPLED = [
  ...['reload', 'renderer-crash', 'commands', 'quota-full', 'file-damage', 'worker-death'],
  'clock-jump',
];

// One browser for all: each case has an origin of its own.
test.describe.configure({ mode: 'default' });

let server: PageServer;
let chromium: Chromium;
let wholes: Undisturbed;

test.beforeAll(async () => {
  [server, chromium] = await Promise.all([startServer(FAULTS_PORT, BUILT), Chromium.start()]);
  wholes = new Undisturbed(server);
});

test.afterAll(async () => {
  await chromium.close();
  await server.close();
});

test('the sample’s kinds of faults are kinds of the campaign', () => {
  const names = KINDS.map(({ name }) => name);
  expect(SAMPLED.filter((name) => !names.includes(name))).toEqual([]);
});

for (const kind of KINDS.filter(({ name }) => SAMPLED.includes(name))) {
  test(`a run withstands: ${kind.what}`, async () => {
    const { verdict, note } = await runCase(kind, kind.sample, chromium, server, wholes, 3);
    expect(isGood(verdict), `${verdict}: ${note}`).toBe(true);
  });
}
