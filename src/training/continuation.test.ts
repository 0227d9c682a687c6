import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readWeights } from '../weights/read/readWeights.ts';
import { readSafetensors } from '../weights/readSafetensors.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const config = tinyConfig();

async function preparedHarness(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  harness.send(
    { type: 'open', baseUrl: 'http://localhost/' },
    { type: 'setRuns', runs: [{ id: 'a', config }] },
  );
  await harness.until('prepared');
  return harness;
}

/** Files by their names in the zip's one folder. */
const unzipped = (bytes: ArrayBuffer) =>
  new Map(
    Object.entries(unzipSync(new Uint8Array(bytes))).map(([path, file]) => [
      path.split('/').at(-1) ?? '',
      file,
    ]),
  );

test('a run leaves for PyTorch with its weights, its step and images that only the page has', async () => {
  const harness = await preparedHarness();
  await harness.untilPaused({ type: 'step' });
  await harness.until('data', 0, ({ progress }) => progress.done);
  const from = harness.send({ type: 'continueInPyTorch', id: 'a' });
  const { fileName, step, bytes } = await harness.until('weights', from);
  expect(step).toBe(1);
  expect(fileName).toMatch(/-step-1-pytorch\.zip$/);
  const files = unzipped(bytes);
  expect([...files.keys()].sort()).toEqual([
    ...['README.md', 'checkpoint.pth', 'config.json', 'test-labels.npy', 'test-pixels.npy'],
    ...['train-labels.npy', 'train-pixels.npy', 'train.py'],
  ]);
  expect(JSON.parse(new TextDecoder().decode(files.get('config.json')))).toEqual(config);
  expect(files.get('train-pixels.npy')?.length).toBe(128 + 3072 * config.data.train);
  const { tensors } = readWeights(files.get('checkpoint.pth') ?? new Uint8Array()).groups[0];
  const weights = readSafetensors(await harness.weights('a')).tensors;
  for (const [name, { data }] of weights) expect(tensors.get(name)?.data, name).toEqual(data);
});

test('images that only the page has are waited for', async () => {
  const harness = await preparedHarness();
  const from = harness.send({ type: 'continueInPyTorch', id: 'a' });
  expect(await harness.until('refused', from)).toMatchObject({ id: 'a', field: 'data.train' });
});
