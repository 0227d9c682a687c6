/** The metrics a run has gathered, as the page exports them. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { button } from './page.ts';

export interface MetricsRow {
  readonly run: string;
  readonly step: number;
  /** NaN on lines that hold only a test. */
  readonly trainLoss: number;
  /** L2 norm of the gradient of `conv1.weight`. */
  readonly firstLayerNorm: number;
}

/** Chooses the CSV in the Export menu and reads the file. */
export async function exportMetrics(page: Page): Promise<MetricsRow[]> {
  await button(page, 'Export').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /\.csv/ }).click();
  const text = await readFile(await (await downloading).path(), 'utf8');
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const number = (name: string) => (cell(name) === '' ? Number.NaN : Number(cell(name)));
    return {
      run: cell('run'),
      step: number('step'),
      trainLoss: number('train_loss'),
      firstLayerNorm: number('grad_norm/conv1.weight'),
    };
  });
}
