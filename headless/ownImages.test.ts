import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pngFile, testImage } from '../src/data/testing/images.ts';
import { parquetFixture } from '../src/data/testing/parquetFixture.ts';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string) => join(folder, name);
const model = { stageDepths: [1], stageWidths: [4], inputSize: 8, classes: 2 };
const config = (name: string, data: object) => {
  const training = { batchSize: 4, steps: 2 };
  writeFileSync(path(name), JSON.stringify({ version: 1, model, training, data }));
  return path(name);
};
const train = (configFile: string, data: string, out: string) =>
  headless('train', '--config', configFile, '--data', data, ...ON_PROCESSOR, '--out', path(out));

for (const [name, value] of [
  ['dark', 51],
  ['light', 204],
] as const) {
  mkdirSync(path(`pets/${name}`), { recursive: true });
  for (let i = 0; i < 6; i++) {
    writeFileSync(path(`pets/${name}/${i}.png`), pngFile(testImage(32, 32, [value, value, value])));
  }
}

it('trains on a folder of class folders, with its own mean and deviation, and names it by its hash', async () => {
  const { status, stderr } = await train(
    config('own.json', { source: 'own' }),
    path('pets'),
    'out',
  );
  expect(stderr).toMatch(/images: pets, 10 of the train split/);
  expect(status).toBe(0);
  const { runs } = await readCheckpoint(
    Uint8Array.from(readFileSync(path('out/checkpoint.safetensors'))),
  );
  const [run] = runs;
  // Half of each image is half as light.
  expect(run?.config.data.mean[0]).toBeCloseTo((0.2 + 0.1 + 0.8 + 0.4) / 4, 2);
  expect(run?.config.data.imagesSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(run?.images).toMatchObject({ title: 'pets', isCifar10: false, dataset: null, train: 10 });
  expect(run?.images?.sha256).toBe(run?.config.data.imagesSha256);
});

it('refuses other images than the config names, and more classes than the network has', async () => {
  const other = config('other.json', { source: 'own', imagesSha256: 'ab'.repeat(32) });
  const refused = await train(other, path('pets'), 'out2');
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/another set of images/),
  ]);
  mkdirSync(path('three'), { recursive: true });
  for (const name of ['a', 'b', 'c']) {
    mkdirSync(path(`three/${name}`), { recursive: true });
    for (let i = 0; i < 2; i++) {
      writeFileSync(path(`three/${name}/${i}.png`), pngFile(testImage(9, 9, [1, 2, 3])));
    }
  }
  const many = await train(config('own.json', { source: 'own' }), path('three'), 'out3');
  expect(many.stderr).toMatch(/has 3 classes, but model\.classes is 2: set it to 3/);
});

it('does not call a Parquet file of one’s own CIFAR-10', async () => {
  mkdirSync(path('parquet'));
  for (const [split, count] of [
    ['train', 40],
    ['test', 20],
  ] as const) {
    writeFileSync(path(`parquet/${split}-00000-of-00001.parquet`), parquetFixture({ count }).file);
  }
  const ten = path('ten.json');
  const text = JSON.stringify({
    version: 1,
    model: { ...model, classes: 10 },
    training: { batchSize: 4, steps: 1 },
  });
  writeFileSync(ten, text);
  const { status, stderr } = await train(ten, path('parquet'), 'out4');
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/images: parquet, 40 of the train split/),
  ]);
  const { runs } = await readCheckpoint(
    Uint8Array.from(readFileSync(path('out4/checkpoint.safetensors'))),
  );
  expect(runs[0]?.images).toMatchObject({ title: 'parquet', isCifar10: false, dataset: null });
});
