import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import {
  button,
  openTiny,
  run,
  SLOW_MS,
  status,
  stepsDone,
  test,
  waitForStep,
} from './support/page.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../src/weights/testing/fixtures/${name}`, import.meta.url));

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Import weights' });

async function choose(page: Page, name: string): Promise<void> {
  await dialog(page).getByLabel('Weights file').setInputFiles(fixture(name));
}

async function openDialog(page: Page): Promise<void> {
  await button(page, 'Import weights').click();
  await expect(dialog(page).getByText('Choose a file')).toBeVisible();
}

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

test('weights of PyTorch become a run that is tested, trained on and reset', async ({ page }) => {
  await openTiny(page);
  await openDialog(page);
  await choose(page, 'checkpoint.pth');
  await expect(dialog(page)).toContainText('All 32 tensors match.');
  await expect(dialog(page)).toContainText('By its names and shapes it is ResNet-6.');
  await expect(dialog(page)).toContainText('does not say how its images were normalised');
  const row = dialog(page).getByRole('row', { name: /^fc\.weight/ });
  await expect(row).toContainText('(module.linear.weight)');
  await expect(row).toContainText('10×4');
  await dialog(page).getByRole('button', { name: 'Add as run' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(button(page, 'Import weights')).toBeFocused();

  const added = run(page, 2);
  await expect(added).toContainText('Weights of checkpoint.pth', { timeout: SLOW_MS });
  await expect(added).toContainText('widths 2·4, 32×32 pixels');
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await button(page, 'Train').click();
  await waitForStep(page, 2);
  await button(page, 'Pause').click();
  await expect(status(page)).toContainText('Paused');
  await added.getByRole('button', { name: 'Measure test accuracy' }).click();
  await expect(added).toContainText('%', { timeout: SLOW_MS });
  await button(page, 'Reset').click();
  await expect.poll(() => stepsDone(page)).toBe(0);
  await expect(added).toContainText('Weights of checkpoint.pth');
});

test('a file that does not fit, and one that is no weights file, change nothing', async ({
  page,
}) => {
  await openTiny(page);
  await openDialog(page);
  await choose(page, 'expected.json');
  const alert = dialog(page).getByRole('alert');
  await expect(alert).toContainText('this is JSON');
  await expect(alert).toContainText('Nothing was changed.');
  await expect(dialog(page).getByRole('button', { name: 'Add as run' })).toBeDisabled();

  await choose(page, 'savez.npz');
  await expect(alert).toBeHidden();
  await dialog(page).getByLabel('Put them into').selectOption({ index: 1 });
  await expect(dialog(page)).toContainText('wrong shape');
  await expect(dialog(page).getByRole('row', { name: /^conv1\.weight/ })).toContainText('4×3×3×3');
  await expect(dialog(page).getByRole('button', { name: /^Load into/ })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(button(page, 'Import weights')).toBeFocused();
  await expect(run(page, 0)).not.toContainText('weights of');
  await expect(run(page, 2)).toHaveCount(0);
});

test('open answers are tried on test images, and the better one can be taken', async ({ page }) => {
  await openTiny(page);
  await openDialog(page);
  await choose(page, 'whole_module.pth');
  await expect(dialog(page)).toContainText('holds a whole module');
  const activation = dialog(page).getByLabel('Activation', { exact: true });
  await expect(activation).toHaveValue('relu');
  await dialog(page)
    .getByRole('button', { name: /^Try the answers/ })
    .click();
  await expect(dialog(page)).toContainText(/\d+ % with “ReLU”, \d+ % with “tanh”/, {
    timeout: SLOW_MS,
  });
  await expect(dialog(page)).toContainText(/\d+ % with “none: 0 to 1”/, { timeout: SLOW_MS });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 844 } });

    test('the import dialog at phone width: axe finds nothing, nothing overflows', async ({
      page,
    }) => {
      await openTiny(page);
      await openDialog(page);
      expect(await violations(page), 'empty').toEqual([]);
      await choose(page, 'expected.json');
      await expect(dialog(page).getByRole('alert')).toContainText('this is JSON');
      await choose(page, 'state_dict.pth');
      await dialog(page).getByLabel('Put them into').selectOption({ index: 1 });
      await expect(dialog(page)).toContainText('wrong shape');
      expect(await violations(page), 'open file').toEqual([]);
      const overflow = await dialog(page).evaluate(
        (element) => element.scrollWidth - element.clientWidth,
      );
      expect(overflow).toBe(0);
    });
  });
}
