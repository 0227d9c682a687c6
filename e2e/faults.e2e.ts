/** A sample of `npm run faults`: one case of each kind of fault that takes no software adapter. */
import { expect, test } from '@playwright/test';
import { runCase } from '../faults/campaign/campaign.ts';
import { KINDS } from '../faults/campaign/kinds/registry.ts';
import { Undisturbed } from '../faults/campaign/undisturbed.ts';
import { isGood } from '../faults/campaign/verdict.ts';
import { Chromium } from '../faults/support/chromium.ts';
import { type PageServer, startServer } from '../faults/support/server.ts';
import { BUILT, FAULTS_PORT } from './support/ports.ts';

/** Compiling for a software adapter would take longer than all the others. */
const NEEDS_ADAPTER = 'gpu-crash';

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

for (const kind of KINDS.filter(({ name }) => name !== NEEDS_ADAPTER)) {
  test(`a run withstands: ${kind.what}`, async () => {
    const { verdict, note } = await runCase(kind, kind.sample, chromium, server, wholes);
    expect(isGood(verdict), `${verdict}: ${note}`).toBe(true);
  });
}
