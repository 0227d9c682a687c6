/** Training and evaluation on the processor's engine, from the command line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { headless } from './testing/runMain.ts';

const CASE = join(ROOT, 'reference', 'plain-8');
const folder = mkdtempSync(join(tmpdir(), 'residual-playground-processor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = ['--config', join(CASE, 'config.json')];
const batches = ['--batches', join(CASE, 'batches.safetensors')];
const init = ['--init', join(CASE, 'init.safetensors')];
const onProcessor = (threads: number) => ['--engine', 'cpu', '--threads', `${threads}`];

async function trained(threads: number) {
  const out = join(folder, `${threads}`);
  const options = [...onProcessor(threads), '--arithmetic', 'exact', '--out', out];
  const { status, stderr } = await headless('train', ...config, ...batches, ...init, ...options);
  expect(status, stderr).toBe(0);
  return { out, summary: JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) };
}

describe('headless --engine cpu', () => {
  it('trains to the same weights on one and two threads, and evaluates them', async () => {
    const expected = JSON.parse(readFileSync(join(CASE, 'expected.json'), 'utf8'));
    const [one, two] = [await trained(1), await trained(2)];
    expect(one.summary).toMatchObject({
      parameters: expected.parameters,
      engine: 'cpu',
      arithmetic: 'exact',
      adapter: 'processor, 1 thread',
      dispatchesPerStep: null,
      submitsPerStep: null,
      buffersCreatedAfterFirstStep: null,
      final: { step: 4 },
    });
    expect(one.summary.final.loss).toBeCloseTo(expected.steps[4].loss, 4);
    expect(one.summary.gpuBytes).toBeGreaterThan(8 * expected.parameters);
    expect(one.summary.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(two.summary.weightsSha256).toBe(one.summary.weightsSha256);

    const weights = ['--weights', join(one.out, 'weights.safetensors')];
    const evaluated = await headless('eval', ...config, ...weights, ...batches, ...onProcessor(2));
    expect(evaluated.status, evaluated.stderr).toBe(0);
    expect(JSON.parse(evaluated.stdout).loss).toBeGreaterThan(0);
  });
});
