import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { headless, type Outcome } from './testing/runMain.ts';

const CASE = join(ROOT, 'reference', 'plain-8');
const out = mkdtempSync(join(tmpdir(), 'residual-playground-headless-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** As `npm run --silent headless -- …`, in a process of its own. */
function headlessProcess(...args: string[]): Outcome {
  const script = join(ROOT, 'scripts', 'headless.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status: status ?? Number.NaN, stdout, stderr };
}

const config = ['--config', join(CASE, 'config.json')];
const batches = ['--batches', join(CASE, 'batches.safetensors')];
const init = join(CASE, 'init.safetensors');

describe('headless on WebGPU', { timeout: 300_000 }, () => {
  it('trains, writes what the contract names, and evaluates what it wrote', async () => {
    const trained = headlessProcess('train', ...config, ...batches, '--init', init, '--out', out);
    expect(trained.stdout).toBe('');
    expect(trained.status, trained.stderr).toBe(0);

    const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    const expected = JSON.parse(readFileSync(join(CASE, 'expected.json'), 'utf8'));
    for (const [i, line] of lines.entries()) {
      const metrics = JSON.parse(line);
      const { step, loss, accuracy, gradNorm } = expected.steps[i];
      expect(metrics).toMatchObject({ step, learningRate: 0.1 });
      expect(metrics.loss).toBeCloseTo(loss, 4);
      expect(metrics.accuracy).toBeCloseTo(accuracy, 6);
      expect(Object.keys(metrics.gradNorm).sort()).toEqual(Object.keys(gradNorm).sort());
    }

    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({
      parameters: expected.parameters,
      submitsPerStep: 1,
      buffersCreatedAfterFirstStep: 0,
      final: { step: 4 },
    });
    expect(summary.dispatchesPerStep).toBeLessThanOrEqual(100);
    expect(summary.stepMs).toBeGreaterThan(0);
    expect(summary.gpuBytes).toBeGreaterThan(8 * expected.parameters);
    expect(summary.adapter).not.toBe('');

    const weights = join(out, 'weights.safetensors');
    const { tensors } = readSafetensors(readFileSync(weights));
    const final = readSafetensors(readFileSync(join(CASE, 'final.safetensors'))).tensors;
    expect([...tensors.keys()].sort()).toEqual([...final.keys()].sort());

    const evaluated = await headless(
      'eval',
      ...config,
      ...batches,
      '--weights',
      weights,
      '--out',
      out,
    );
    expect(evaluated.status, evaluated.stderr).toBe(0);
    expect(evaluated.stdout).toMatch(/^\{"loss":[\d.]+,"accuracy":[\d.]+\}\n$/);
    const logits = readSafetensors(readFileSync(join(out, 'logits.safetensors')));
    expect(logits.tensors.get('logits')?.shape).toEqual([40, 10]);
  });

  it('creates no buffer in a step, resumed and changed by schedule or not', async () => {
    const changed = JSON.parse(readFileSync(join(CASE, 'config.json'), 'utf8'));
    changed.training.changes = [{ step: 2, change: { kind: 'learningRate', learningRate: 0.01 } }];
    const given = join(out, 'changed.json');
    writeFileSync(given, JSON.stringify(changed));
    const train = async (folder: string, ...args: string[]) => {
      const path = join(out, folder);
      const { status, stderr } = await headless('train', ...args, ...batches, '--out', path);
      expect(status, stderr).toBe(0);
      const summary = JSON.parse(readFileSync(join(path, 'summary.json'), 'utf8'));
      expect(summary).toMatchObject({ submitsPerStep: 1, buffersCreatedAfterFirstStep: 0 });
      return readFileSync(join(path, 'metrics.jsonl'), 'utf8');
    };
    const whole = await train('whole', '--config', given);
    await train('parts', '--config', given, '--steps', '3');
    const checkpoint = join(out, 'parts', 'checkpoint.safetensors');
    expect(await train('parts', '--resume', checkpoint)).toBe(whole);
  });
});
