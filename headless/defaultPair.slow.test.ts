/** What the page promises whoever has neither a GPU nor CIFAR-10: soon after Train the two nets have visibly parted. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { defaultPair } from '../src/app/defaultPair.ts';
import type { RunConfig } from '../src/model/config.ts';
import { headless } from './testing/runMain.ts';

/** As two cores are measured; they make 1,200 steps of both nets in the first minute. */
const GFLOPS = 30;
const STEPS = 600;

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-pair-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Mean training loss over the last 50 steps. */
async function lossOf(name: string, { training, ...config }: RunConfig): Promise<number> {
  const file = join(folder, `${name}.json`);
  const data = { ...config.data, source: 'synthetic' } as const;
  const exact = { ...training, arithmetic: 'exact' } as const;
  writeFileSync(file, JSON.stringify({ ...config, training: exact, data }));
  const out = join(folder, name);
  const options = ['--engine', 'cpu', '--steps', String(STEPS), '--out', out];
  const { status, stderr } = await headless('train', '--config', file, ...options);
  expect(status, stderr).toBe(0);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const losses = lines.slice(-50).map((line): number => JSON.parse(line).loss);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

it('the default pair parts on the synthetic shapes within 600 steps', async () => {
  const [residual, plain] = defaultPair(GFLOPS, true);
  // Exact arithmetic: the same on every machine. Guessing is 2.303.
  expect(await lossOf('residual', residual)).toBeCloseTo(1.933, 2);
  expect(await lossOf('plain', plain)).toBeCloseTo(2.311, 2);
});
