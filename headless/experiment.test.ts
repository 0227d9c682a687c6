/** An experiment of the page from the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ArmResult } from '../src/app/experiments/armResult.ts';
import { parquetFixture } from '../src/data/testing/parquetFixture.ts';
import { headless } from './testing/runMain.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-experiment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const [i, split] of ['train', 'test'].entries()) {
  const { file } = parquetFixture({ count: i === 0 ? 64 : 16, seed: i });
  writeFileSync(join(folder, `${split}-00000-of-00001.parquet`), file);
}

it('trains every arm from every seed, and says how far they scatter', async () => {
  const out = join(folder, 'results.json');
  const slide = join(folder, 'slide.svg');
  const files = ['--out', out, '--slide', slide];
  const options = ['--size', 'tiny', '--seeds', '2', '--data', folder, ...files];
  const engine = ['--engine', 'cpu', '--threads', '1', '--arithmetic', 'exact'];
  const { status, stdout, stderr } = await headless('experiment', 'surgery', ...options, ...engine);
  expect(status, stderr).toBe(0);
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ experiment: 'surgery', size: 'tiny', seeds: 2 });
  expect(summary.verdicts).toHaveLength(2);

  const svg = readFileSync(slide, 'utf8');
  expect(svg).toMatch(
    /^<svg [^>]*viewBox="0 0 960 \d+".*>Shortcut surgery<.*>Always plain {2}2\.\d+<.*<\/svg>\n$/,
  );
  expect(svg).toContain('stroke="#0072b2"');
  expect(svg).not.toContain('var(');

  const results: ArmResult[][] = JSON.parse(readFileSync(out, 'utf8'));
  const [first, second] = results;
  expect(first?.map(({ arm }) => arm)).toEqual(['uncut', 'one', 'all', 'plain']);
  expect(first?.[2]).toMatchObject({ steps: 4, test: { images: 16 }, divergedAt: null });
  expect(first?.[2]?.marks).toEqual([{ step: 1, label: 'shortcuts off' }]);
  const [a = Number.NaN, b = Number.NaN] = [first?.[0]?.end.loss, second?.[0]?.end.loss];
  expect(a).not.toBe(b);
  expect(summary.arms[0].name).toBe('Residual');
  expect(summary.arms[0].trainingLoss.mean).toBeCloseTo((a + b) / 2, 10);
  expect(summary.arms[0].trainingLoss.standardError).toBeCloseTo(Math.abs(a - b) / 2, 10);
});

it('names the experiments there are', async () => {
  const { status, stderr } = await headless('experiment', 'nothing');
  expect(status).toBe(2);
  expect(stderr).toMatch(/no experiment "nothing", only degradation, gradient-flow,/);
});
