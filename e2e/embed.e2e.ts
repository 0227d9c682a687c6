/** The page in a frame of a course page, which another site serves. */
import { createServer } from 'node:http';
import { expect, type Page } from '@playwright/test';
import { violations } from './support/axe.ts';
import { SLOW_MS, TINY, test } from './support/page.ts';
import { COURSE_PORT, PAGE_PORT } from './support/ports.ts';

const LINK = `${TINY.replace('steps=1000000', 'steps=120')}&lock=cut&ask=lead.100`;
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** A server of another site: `/embed.html` shows the page of that name in a frame, with `?isolated` as an isolated page. */
const course = createServer((request, response) => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://course');
  const src = `http://localhost:${PAGE_PORT}${pathname}#${LINK}`.replaceAll('&', '&amp;');
  const headers = search === '' ? {} : ISOLATED;
  response.writeHead(200, { 'Content-Type': 'text/html', ...headers });
  response.end(`<!doctype html><html lang="en"><title>Course</title><main><h1>Course</h1><iframe
    title="Residual Playground" src="${src}" width="900" height="700" allow="cross-origin-isolated"></iframe></main></html>`);
});

test.describe.configure({ mode: 'serial' });
test.beforeAll(
  () => new Promise<void>((resolve) => course.listen(COURSE_PORT, '127.0.0.1', resolve)),
);
test.afterAll(() => {
  course.closeAllConnections();
  course.close();
});

async function openCourse(page: Page, path: string) {
  await page.goto(`http://127.0.0.1:${COURSE_PORT}/${path}`);
  return page.frameLocator('iframe');
}

test('a course page shows the page without what leads away, on one thread; the student’s lesson is all there', async ({
  page,
}) => {
  const frame = await openCourse(page, 'embed.html');
  const train = frame.getByRole('button', { name: 'Train', exact: true });
  await expect(train).toBeEnabled({ timeout: SLOW_MS });
  for (const name of ['Share', 'Export', 'Add run', 'Experiments', 'Tour', 'Unlock']) {
    await expect(frame.getByRole('button', { name, exact: true })).toHaveCount(0);
  }
  await expect(frame.getByLabel('Batch size', { exact: true })).toHaveCount(0);
  await expect(frame.getByRole('link', { name: 'Open in full' })).toHaveAttribute(
    'href',
    `http://localhost:${PAGE_PORT}/?lang=en#${LINK}`,
  );
  await frame.getByRole('radio', { name: 'They will be level' }).check();
  expect(await violations(page)).toEqual([]);
  await train.click();
  await expect(frame.getByRole('status')).toContainText('Finished', { timeout: SLOW_MS });
  await expect(frame.getByRole('status')).toContainText('1 thread');
  await expect(frame.getByText('It trains on one thread only')).toHaveCount(0);
  await expect(frame.getByText(/s you expected\./).first()).toBeVisible();
});

test('an isolated course page gives its frame threads; the whole page can’t be framed', async ({
  page,
  consoleErrors,
}) => {
  const isolated = await openCourse(page, 'embed.html?isolated');
  await expect(isolated.getByRole('button', { name: 'Train', exact: true })).toBeEnabled({
    timeout: SLOW_MS,
  });
  expect(await page.frames()[1]?.evaluate(() => crossOriginIsolated)).toBe(true);
  const whole = await openCourse(page, 'index.html');
  await expect.poll(() => page.frames()[1]?.url()).toContain('chrome-error:');
  await expect(whole.getByRole('button', { name: 'Train' })).toHaveCount(0);
  expect(consoleErrors.splice(0)).toEqual([expect.stringContaining("frame-ancestors 'none'")]);
});
