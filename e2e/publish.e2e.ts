/** Publishing on the Hugging Face hub, which is a stand-in on this machine: no request leaves it. */
import { type BrowserContext, expect, type Page } from '@playwright/test';
import {
  type HubStandIn,
  OWNER,
  openHubStandIn,
  TOKENS,
} from '../src/app/publish/testing/hubStandIn.ts';
import { violations } from './support/axe.ts';
import { button, openTiny, status, test, waitForStep } from './support/page.ts';

const HUB = 'https://huggingface.co';
/** Where the hub has large files uploaded. */
const STORAGE = 'https://cas-server.xethub.hf.co';
const HUB_REQUESTS = /^https:\/\/(huggingface|cas-server\.xethub\.hf)\.co\//;

let hub: HubStandIn;
test.beforeAll(async () => {
  hub = await openHubStandIn(HUB, STORAGE);
  hub.transfer = 'xet';
});
test.afterAll(() => hub.close());

/** Hands requests to the hub over to the stand-in. @returns how many there were. */
async function withHub(context: BrowserContext): Promise<{ requests: number }> {
  const count = { requests: 0 };
  await context.route(HUB_REQUESTS, async (route) => {
    count.requests++;
    const url = route.request().url().replace(HUB, hub.url).replace(STORAGE, hub.url);
    await route.fulfill({ response: await route.fetch({ url, maxRedirects: 0 }) });
  });
  return count;
}

/** The dialog, for a pair that has made a step. */
async function openDialog(page: Page) {
  await openTiny(page);
  await button(page, 'Step').click();
  await waitForStep(page, 1);
  await expect(status(page)).toContainText('Paused');
  await button(page, 'Export').click();
  await page.getByRole('menuitem', { name: /Publish to Hugging Face/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Publish to Hugging Face' });
  await expect(dialog).toContainText('model.onnx');
  return dialog;
}

test('publishes a network with its card, weights, graph, settings and curves', async ({ page }) => {
  const seen = await withHub(page.context());
  const dialog = await openDialog(page);
  const publish = dialog.getByRole('button', { name: /^Publish/ });
  await expect(publish).toHaveCount(0);
  expect(seen.requests, 'before anybody has agreed').toBe(0);
  expect(await violations(page), 'before').toEqual([]);

  const token = dialog.getByLabel('Access token');
  await token.fill('hf_mistyped');
  await token.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('does not accept this token');
  await token.fill(TOKENS.writing);
  await token.press('Enter');
  await expect(dialog).toContainText(`Signed in as ${OWNER}.`);

  const name = dialog.getByLabel('Name of the model');
  await name.fill('a taken name');
  await expect(dialog).toContainText('Letters, digits, hyphens');
  await expect(publish).toBeDisabled();
  await name.fill('taken');
  hub.repos.set(`${OWNER}/taken`, { visibility: 'public', files: new Map() });
  await dialog.getByLabel('Who can see it').selectOption('public');
  await publish.click();
  await expect(dialog.getByRole('alert')).toContainText('There is a model ada/taken already');

  await page.context().route(HUB_REQUESTS, (route) => route.abort('internetdisconnected'));
  await name.fill('tiny');
  await publish.click();
  await expect(dialog.getByRole('alert')).toContainText('could not be reached');
  await page.context().unroute(HUB_REQUESTS);
  await withHub(page.context());

  await publish.click();
  await expect(dialog).toContainText(`Published: ${OWNER}/tiny`);
  const repo = hub.repos.get(`${OWNER}/tiny`);
  expect(repo?.visibility).toBe('public');
  const files = repo?.files ?? new Map<string, Uint8Array>();
  expect([...files.keys()].sort()).toEqual(
    ['README.md', 'config.json', 'curves.csv', 'model.onnx', 'model.safetensors'].sort(),
  );
  // The stand-in keeps chunks as they come, not the file that they make: the vitest tests read one back.
  expect(files.get('model.safetensors')?.length).toBeGreaterThan(5000);
  expect(hub.xetBytes).toBeGreaterThan(5000);
  const run = dialog.getByRole('link', { name: 'the run on this page' });
  const link = (await run.getAttribute('href')) ?? '';
  expect(new TextDecoder().decode(files.get('README.md'))).toContain(link);
  await expect(dialog.getByRole('link', { name: 'Its graph in Netron' })).toHaveAttribute(
    'href',
    `https://netron.app/?url=${encodeURIComponent(`${HUB}/${OWNER}/tiny/resolve/main/model.onnx`)}`,
  );
  expect(await violations(page), 'after').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(button(page, 'Export')).toBeFocused();
  await expect(status(page)).toContainText('step 1');
});

test('signs in on the hub’s own page, in a tab of its own, where the host has registered', async ({
  page,
}) => {
  await withHub(page.context());
  const named = (html: string) => html.replace('client-id" content=""', 'client-id" content="app"');
  await page.route(/\/$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: named(await response.text()) });
  });
  const dialog = await openDialog(page);
  await dialog.getByRole('button', { name: 'Sign in with Hugging Face' }).click();
  await expect(dialog).toContainText(`Signed in as ${OWNER}.`);
  await expect(dialog.getByRole('button', { name: /^Publish ada\// })).toBeEnabled();
});
