/** Weights of every readable format give the same numbers; one that would run code is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { buildGraph } from '../src/model/builder.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { formatOf } from '../src/weights/formats/registry.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { stateFor } from '../src/weights/stateDict.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const CASE = join(ROOT, 'reference', 'plain-8');
const FIXTURES = join(ROOT, 'src', 'weights', 'testing', 'fixtures');
const out = mkdtempSync(join(tmpdir(), 'residual-playground-weights-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** `headless eval` of the case with these weights. */
const evaluate = (weights: string) =>
  headless(
    ...['eval', '--config', join(CASE, 'config.json'), '--weights', weights],
    ...['--batches', join(CASE, 'batches.safetensors')],
    ...ON_PROCESSOR,
  );

it('takes PyTorch’s and NumPy’s files, told by content', async () => {
  const config = parseRunConfig(JSON.parse(readFileSync(join(CASE, 'config.json'), 'utf8')));
  const graph = buildGraph(config.model);
  const init = readSafetensors(readFileSync(join(CASE, 'init.safetensors')));
  const model = {
    ...{ config, graph, weights: stateFor(graph, init).state },
    ...{ classNames: [], step: 0, test: null },
  };
  const { stdout: expected } = await evaluate(join(CASE, 'init.safetensors'));
  expect(expected).toMatch(/^\{"loss":[\d.]+,"accuracy":[\d.]+\}\n$/);
  for (const id of ['pth', 'npz'] as const) {
    const { write } = await formatOf(id).load();
    const file = join(out, `weights-without-an-ending-${id}`);
    writeFileSync(file, write(model, { naming: 'torchvision', input: 'normalised' }));
    const { stdout, stderr } = await evaluate(file);
    expect(stdout, stderr).toBe(expected);
  }
});

it('refuses weights of another network by name, whatever else their file asks for', async () => {
  const evil = await evaluate(join(FIXTURES, 'os_system.pth'));
  expect(evil.status).toBe(1);
  expect(evil.stderr).toMatch(/os_system\.pth: missing: layer3\.0\.conv1\.weight/);
  const other = await evaluate(join(FIXTURES, 'checkpoint.pth'));
  expect(other.status).toBe(1);
  expect(other.stderr).toMatch(/^conv1\.weight is F32 \[2, 3, 3, 3\], not F32 \[8, 3, 3, 3\]$/m);
});
