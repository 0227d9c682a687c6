import { expect, type Page } from '@playwright/test';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { violations } from './support/axe.ts';
import {
  button,
  open,
  openTiny,
  run,
  SLOW_MS,
  test,
  TINY_NETS,
  waitForStep,
} from './support/page.ts';

/** One colour with stripes, of any size. */
function png(colour: readonly number[], shift: number): Uint8Array {
  const [width, height] = [40, 36];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const isStripe = (Math.floor(i / 3) + shift) % 5 === 0;
    return isStripe ? 255 - shift : (colour[i % 3] ?? 0);
  });
  return encode({ width, height, channels: 3, depth: 8, data });
}

const COLOURS = { red: [220, 30, 30], green: [30, 200, 40], blue: [20, 40, 210] };
/** Twelve images of each of three classes. */
const zip = zipSync(
  Object.fromEntries(
    Object.entries(COLOURS).flatMap(([name, colour]) =>
      Array.from({ length: 12 }, (_, i) => [`colours/${name}/${i}.png`, png(colour, i)]),
    ),
  ),
);

/**
 * Drops a file on the page, as from a file manager.
 * @returns whether the page lets go of neither event: if it did, the browser would open the file in its place.
 */
async function drop(page: Page, name: string, bytes: Uint8Array): Promise<boolean> {
  return page.evaluate(
    ({ name, base64 }) => {
      const dataTransfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name));
      const main = document.querySelector('main');
      const letGo = ['dragover', 'drop'].filter((type) =>
        main?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })),
      );
      return letGo.length === 0;
    },
    { name, base64: Buffer.from(bytes).toString('base64') },
  );
}

const images = (page: Page) => page.getByRole('region', { name: 'Images', exact: true });

test('a zip of class folders is dropped, trained on, and still there after a reload', async ({
  page,
}) => {
  await openTiny(page);
  await drop(page, 'colours.zip', zip);
  await expect(images(page).getByText('colours.zip was read.', { exact: true })).toBeVisible();
  await expect(images(page)).toContainText('One image in six of each class is kept for the test.');
  await expect(
    images(page).getByRole('list', { name: 'Images kept in this browser' }),
  ).toContainText(
    /^colours\.zip3 classes, 30 training and 6 test images; .* in this browserIn use/,
  );
  expect(await violations(page)).toEqual([]);
  await expect(page).toHaveURL(
    /model\.classes=3.*data\.source=own.*data\.imagesSha256=[0-9a-f]{64}/,
  );

  await button(page, 'Train').click();
  await waitForStep(page, 20);
  await expect(images(page)).toContainText('30 of 30 training and 6 of 6 test images');
  await button(page, 'Pause').click();

  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await expect(button(page, 'Train')).toBeEnabled({ timeout: SLOW_MS });
  await button(page, 'Train').click();
  await waitForStep(page, 3);
  await button(page, 'Pause').click();
  await expect(images(page)).toContainText('colours.zip');

  await images(page).getByRole('button', { name: 'Delete colours.zip' }).click();
  await expect(
    images(page).getByRole('list', { name: 'Images kept in this browser' }),
  ).toBeHidden();
});

test('a link to images that are not here says which set is missing', async ({ page }) => {
  const hash = 'ab12'.repeat(16);
  await open(
    page,
    `${TINY_NETS}&data.source=own&data.imagesSha256=${hash}&data.train=30&data.test=6`,
  );
  await button(page, 'Train').click();
  await expect(
    page.getByText(/not in this browser: 30 of the set with the hash ab12ab12…/),
  ).toBeVisible();
  await expect(run(page, 0)).toBeVisible();
});

test('whatever is dropped is caught: a Parquet file with a null label, text, weights, a checkpoint', async ({
  page,
}) => {
  await openTiny(page);
  const rows = Array.from({ length: 9 }, (_, i) => ({ bytes: png([i * 20, 9, 9], i), path: null }));
  const file = parquetWriteBuffer({
    columnData: [
      { name: 'image', data: rows },
      { name: 'label', data: rows.map((_, i) => (i === 5 ? null : BigInt(i % 3))) },
    ],
    schema: [
      { name: 'schema', num_children: 2, repetition_type: 'REQUIRED' },
      { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
    ],
  });
  await drop(page, 'mine.parquet', new Uint8Array(file));
  await expect(images(page).getByRole('alert')).toContainText(
    'mine.parquet cannot be used: row 5 has no label (label is null).',
  );
  await expect(page.getByLabel('Image source', { exact: true })).toHaveValue('cifar10');

  const text = Buffer.from('not what its name says');
  expect(await drop(page, 'notes.txt', text)).toBe(true);
  await expect(images(page).getByRole('alert')).toContainText(
    /notes\.txt .* Nothing was changed\./,
  );
  expect(await drop(page, 'mine.checkpoint.safetensors', text)).toBe(true);
  const checkpoint = page.getByRole('region', { name: 'Checkpoint', exact: true });
  await expect(checkpoint.getByRole('alert')).toContainText('Nothing was changed');
  expect(await drop(page, 'mine.pth', text)).toBe(true);
  const dialog = page.getByRole('dialog', { name: 'Import weights' });
  await expect(dialog.getByRole('alert')).toContainText(
    /mine\.pth was not imported: .* Nothing was/,
  );
  // Behind a dialog nothing takes it, and still the page stays.
  expect(await drop(page, 'other.txt', text)).toBe(true);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(images(page).getByRole('alert')).toContainText('notes.txt');
});
