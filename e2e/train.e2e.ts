import { expect } from '@playwright/test';
import { button, figure, open, run, status, test, waitForStep } from './support/page.ts';

const trainingLoss = (text: string | null) =>
  Number(/Training loss(\d+\.\d+)/.exec(text ?? '')?.[1]);

test('opens, trains the default pair, loss falls and the charts fill', async ({ page }) => {
  test.setTimeout(420_000);
  await open(page);
  await expect(status(page)).toContainText('SwiftShader');
  await expect(run(page, 0)).toBeVisible();
  await expect(run(page, 1)).toBeVisible();
  await expect(figure(page, 'Loss')).toContainText('Press Train');

  await button(page, 'Train').click();
  await waitForStep(page, 2);
  const first = trainingLoss(await run(page, 0).textContent());
  await waitForStep(page, 20);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  const last = trainingLoss(await run(page, 0).textContent());
  expect(first).toBeGreaterThan(0);
  expect(last).toBeLessThan(first);

  for (const name of ['Loss', 'Accuracy']) {
    const lines = figure(page, name).locator('path.recharts-line-curve');
    await expect(lines.first()).toHaveAttribute('d', /L|C/);
    expect(await lines.count()).toBeGreaterThanOrEqual(2);
  }
  // One heat map a run, and the colour scale.
  await expect(figure(page, 'Gradient norm by layer').locator('canvas')).toHaveCount(3);
  await expect(
    figure(page, 'Gradient norm by layer').locator('path.recharts-line-curve').first(),
  ).toHaveAttribute('d', /L|C/);
});
