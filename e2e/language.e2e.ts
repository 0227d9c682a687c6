import { expect, type Page } from '@playwright/test';
import { readCatalogue } from '../scripts/lib/catalogue.ts';
import { violations } from './support/axe.ts';
import { button, SLOW_MS, stepsDone, test, TINY, waitForStep } from './support/page.ts';

const catalogue = readCatalogue();
/** As the page says it in Chinese. */
const said = (english: string): string => catalogue[english] ?? `(not translated: ${english})`;

/** Names of things that are written alike in Chinese. */
const ALIKE =
  /\b(?:Residual Playground|(?:ResNet|Plain|Basic|Bottleneck|Inception)(?:-[\dA-Z]+)?|CIFAR-100?|Fashion-MNIST|BatchNorm|GroupNorm|LayerScale|SkipInit|Fixup|SGD|Nesterov|AdamW?|Muon|1-cycle|dropout|et al|EMA|Mixup|Lookahead|ReLU|tanh|sigmoid|Glorot|MAC|conv\d(?:_x)?|avgpool|TensorFlow\.js|WebGL|WebGPU|JavaScript|PyTorch|ONNX|NumPy|WebAssembly|ImageNet|arXiv|safetensors|Windows|macOS|ChromeOS|Android|Linux|Edge|Chrome|Chromium|Firefox|Safari|English|zip|csv|svg|png)\b/g;

/** Whatever is read or heard on the page and holds English words. */
const englishOn = (page: Page): Promise<string[]> =>
  page.evaluate((alike) => {
    // In a Chinese sentence two English words in a row are what was not translated, or a paper's title in quotes.
    const isEnglish = (text: string) => {
      const rest = text.replaceAll(/“[^”]*”/g, '').replaceAll(new RegExp(alike, 'g'), '');
      return /\p{Script=Han}/u.test(text)
        ? /[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(rest)
        : /[a-z]{3,}/i.test(rest);
    };
    const foreign = 'script, style, code, pre, kbd, noscript, [lang=en]';
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || element.closest(foreign) !== null) continue;
      const texts =
        node instanceof Element
          ? ['aria-label', 'title', 'placeholder', 'alt'].map((name) => node.getAttribute(name))
          : [node.nodeType === Node.TEXT_NODE ? node.textContent : null];
      for (const text of texts) if (text !== null && isEnglish(text)) found.add(text.trim());
    }
    return [...found];
  }, ALIKE.source);

test.describe('in a Chinese browser', () => {
  test.use({ locale: 'zh-CN' });

  test('every view of the page is Chinese, and says so', async ({ page }) => {
    await page.goto(`./#${TINY}`);
    const train = page.getByRole('button', { name: said('Train'), exact: true });
    await expect(train).toBeEnabled({ timeout: SLOW_MS });
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await page.locator('details:not([open]) > summary').evaluateAll((summaries) => {
      for (const summary of summaries) if (summary instanceof HTMLElement) summary.click();
    });
    await expect(page.locator('details:not([open])')).toHaveCount(0);
    const english: Record<string, string[]> = { idle: await englishOn(page) };
    await train.click();
    await expect(page.getByRole('status')).toContainText(/第 [\d,]{2,} 步/, { timeout: SLOW_MS });
    await page.getByRole('button', { name: said('Pause'), exact: true }).click();
    await expect(train).toBeVisible();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await expect(page.getByRole('tabpanel').first()).toBeVisible();
      english[(await tab.textContent()) ?? ''] = await englishOn(page);
    }
    for (const name of ['Experiments', 'Share', 'Export'].map(said)) {
      await page.getByRole('button', { name, exact: true }).click();
      const opened = page.locator('[role=dialog], [role=menu]');
      await expect(opened).toBeVisible({ timeout: SLOW_MS });
      await expect(opened).not.toBeEmpty();
      english[name] = await englishOn(page);
      await page.keyboard.press('Escape');
      await expect(opened).toHaveCount(0);
    }
    expect(await violations(page)).toEqual([]);
    expect(Object.entries(english).filter(([, texts]) => texts.length > 0)).toEqual([]);
  });
});

test('another language is chosen in the middle of training, and no step is lost', async ({
  page,
}) => {
  await page.goto(`./#${TINY}`);
  await button(page, 'Train').click({ timeout: SLOW_MS });
  await waitForStep(page, 20);
  await button(page, 'Pause').click();
  await expect(button(page, 'Train')).toBeEnabled();
  const steps = await stepsDone(page);
  await button(page, '中文').click();
  const resumed = new RegExp(`第 ${steps.toLocaleString('en-US')} 步`);
  await expect(page.getByRole('status')).toContainText(resumed, { timeout: SLOW_MS });
  // A link that is passed on chooses no language for others.
  await expect(page).not.toHaveURL(/lang=/);
  await button(page, 'English').click();
  await expect.poll(() => stepsDone(page), { timeout: SLOW_MS }).toBe(steps);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});
