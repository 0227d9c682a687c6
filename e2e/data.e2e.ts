import { expect } from '@playwright/test';
import {
  button,
  fill,
  open,
  openTiny,
  status,
  TINY_NETS,
  test,
  waitForStep,
} from './support/page.ts';

const IMAGES = '**/data/cifar10/*.parquet';
const HUB = 'https://huggingface.co/**';

test('a mirror that breaks off midway is reported, and Retry goes on', async ({ page }) => {
  // Opening each of the two files takes one request for its start and one for its end.
  const opening = 4;
  let requests = 0;
  await page.route(IMAGES, (route) => {
    requests += 1;
    return requests > opening ? route.abort('connectionreset') : route.continue();
  });
  await open(page, TINY_NETS);
  await button(page, 'Train').click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('No images.');
  await expect(button(page, 'Use synthetic images')).toBeEnabled();

  await page.unroute(IMAGES);
  await button(page, 'Retry').click();
  await expect(alert).toBeHidden();
  await fill(page, 'Training images', '200');
  await fill(page, 'Test images', '20');
  await button(page, 'Train').click();
  await waitForStep(page, 2);
});

test('without a network after loading, the page says so and trains on drawn images', async ({
  page,
}) => {
  await openTiny(page);
  await page.route(IMAGES, (route) => route.abort('internetdisconnected'));
  await page.route(HUB, (route) => route.abort('internetdisconnected'));
  await button(page, 'Train').click();
  await expect(page.getByText('These images are not CIFAR-10.')).toBeVisible();
  await waitForStep(page, 2);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
});
