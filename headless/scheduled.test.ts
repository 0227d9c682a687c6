/** Changes that a config asks for in mid-run, from the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { readCheckpoint } from '../src/training/checkpoint/read.ts';
import { main } from './main.ts';
import { ON_PROCESSOR } from './testing/runMain.ts';

const CASE = join(ROOT, 'reference', 'residual-8-option-b');
const out = mkdtempSync(join(tmpdir(), 'residual-playground-scheduled-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const batches = ['--batches', join(CASE, 'batches.safetensors'), ...ON_PROCESSOR];
const lines = (folder: string) =>
  readFileSync(join(out, folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
const file = (folder: string, name: string) => readFileSync(join(out, folder, name));

it('cuts shortcuts on their step, resumed or not', async () => {
  const config = JSON.parse(readFileSync(join(CASE, 'config.json'), 'utf8'));
  config.training.changes = [{ step: 2, change: { kind: 'shortcuts', on: false } }];
  const given = join(out, 'config.json');
  writeFileSync(given, JSON.stringify(config));
  const start = ['--config', given, '--init', join(CASE, 'init.safetensors'), ...batches];

  expect(await main(['train', ...start, '--statistics', '--out', join(out, 'whole')])).toBe(0);
  const whole = lines('whole').map((line) => JSON.parse(line));
  const expected = JSON.parse(readFileSync(join(CASE, 'expected.json'), 'utf8'));
  expect(whole.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  expect(whole[1].loss).toBeCloseTo(expected.steps[1].loss, 5);
  expect(Math.abs(whole[2].loss - expected.steps[2].loss)).toBeGreaterThan(1e-3);
  const hasProjection = ({ gradNorm }: { gradNorm: object }) =>
    'layer2.0.downsample.0.weight' in gradNorm;
  expect(whole.map(hasProjection)).toEqual([true, true, false, false, false]);
  expect(whole[1].activationStd).toHaveProperty(['layer2.0.downsample.0']);

  const part = ['--out', join(out, 'parts')];
  expect(await main(['train', ...start, '--statistics', '--steps', '1', ...part])).toBe(0);
  const checkpoint = join(out, 'parts', 'checkpoint.safetensors');
  expect(await main(['train', '--resume', checkpoint, ...batches, '--statistics', ...part])).toBe(
    0,
  );
  expect(lines('parts')).toEqual(lines('whole'));
  expect(file('parts', 'weights.safetensors').equals(file('whole', 'weights.safetensors'))).toBe(
    true,
  );
});

it('saves a checkpoint before a change, in case the run does not survive it', async () => {
  const config = JSON.parse(readFileSync(join(CASE, 'config.json'), 'utf8'));
  config.model.normalization = 'none';
  config.training.changes = [{ step: 2, change: { kind: 'learningRate', learningRate: 100 } }];
  const given = join(out, 'wild.json');
  writeFileSync(given, JSON.stringify(config));
  const outcome = await main(['train', '--config', given, ...batches, '--out', join(out, 'wild')]);
  expect(outcome).toBe(1);
  const { runs } = await readCheckpoint(file('wild', 'checkpoint.safetensors'));
  expect(runs.map(({ step }) => step)).toEqual([2]);
});
