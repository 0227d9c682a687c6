import { expect } from '@playwright/test';
import { exportMetrics } from './support/metrics.ts';
import { button, figure, open, run, status, test, waitForStep } from './support/page.ts';

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('opens, trains the default pair, loss falls and the charts fill', async ({ page }) => {
  test.setTimeout(420_000);
  await open(page);
  await expect(status(page)).toContainText('WebAssembly kernels');
  await expect(run(page, 0)).toBeVisible();
  await expect(run(page, 1)).toBeVisible();
  await expect(figure(page, 'Loss')).toContainText('Press Train');

  await button(page, 'Train').click();
  await waitForStep(page, 24);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');

  // The same seed and adapter give the same losses every time.
  const rows = (await exportMetrics(page)).filter(({ trainLoss }) => trainLoss > 0);
  const [residual, plain] = [...new Set(rows.map((row) => row.run))].map((name) =>
    rows.filter((row) => row.run === name),
  );
  const losses = (residual ?? []).map(({ trainLoss }) => trainLoss);
  expect(losses.length).toBeGreaterThanOrEqual(24);
  expect(mean(losses.slice(-8))).toBeLessThan(mean(losses.slice(0, 8)));
  // The page's point: at the very first step the plain net's gradient has grown on its way to the input.
  const [firstResidual, firstPlain] = [residual?.[0]?.firstLayerNorm, plain?.[0]?.firstLayerNorm];
  expect(firstPlain).toBeGreaterThan(1.3 * (firstResidual ?? Number.POSITIVE_INFINITY));

  for (const name of ['Loss', 'Accuracy']) {
    const lines = figure(page, name).locator('path.chart-line');
    await expect(lines.first()).toHaveAttribute('d', /L|C/);
    expect(await lines.count()).toBeGreaterThanOrEqual(2);
  }
  // One heat map for each run, and the colour scale.
  await expect(figure(page, 'Gradient norm by layer').locator('canvas')).toHaveCount(3);
  await expect(
    figure(page, 'Gradient norm by layer').locator('path.chart-line').first(),
  ).toHaveAttribute('d', /L|C/);
});
