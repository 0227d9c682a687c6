import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { tinyConfig } from '../src/training/testing/sessionHarness.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { headless, ON_PROCESSOR, type Outcome } from './testing/runMain.ts';

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
const batches = ['--batches', join(CASE, 'batches.safetensors'), ...ON_PROCESSOR];
const init = join(CASE, 'init.safetensors');

describe('headless', () => {
  it('leaves the metrics of an earlier run alone where there is no room for a network', async () => {
    const [folder, metrics] = [join(out, 'full'), join(out, 'full', 'metrics.jsonl')];
    mkdirSync(folder);
    writeFileSync(metrics, '{"step":0}\n');
    const full = ['--gpu-memory', '1000', '--overwrite', '--out', folder];
    const { status, stderr } = await headless('train', ...config, ...batches, ...full);
    expect(status, stderr).toBe(1);
    expect(readFileSync(metrics, 'utf8')).toBe('{"step":0}\n');
  });

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
      final: { step: 4 },
    });
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

  it.each([
    ['no command', [], 2, /no command given/],
    ['a missing option', ['train', ...config], 2, /train needs --out/],
    ['a missing file', ['train', '--config', 'nowhere.json', '--out', out], 1, /nowhere\.json/],
    [
      'more steps than batches',
      ['train', ...config, ...batches, '--steps', '6', '--out', out],
      1,
      /--steps 6: .* holds 5 batches of 8/,
    ],
    [
      'weights of another network',
      [
        'eval',
        ...['--config', join(ROOT, 'reference', 'residual-8-option-b', 'config.json')],
        ...['--weights', init],
        ...batches,
      ],
      1,
      /missing: layer2\.0\.downsample\.0\.weight/,
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const { status, stdout, stderr } = await headless(...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(code);
  });

  it('ends its process with the code of what went wrong, in a line and where to read on', () => {
    const { status, stdout, stderr } = headlessProcess();
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^no command given\nnpm run .* --help lists every command and option\.\n$/,
    );
  });

  it('saves on Ctrl-C in a terminal, which goes to every process of the command', async () => {
    const file = join(out, 'long.json');
    writeFileSync(file, JSON.stringify(tinyConfig({ training: { steps: 1_000_000 } })));
    const folder = join(out, 'stopped');
    const args = ['train', '--config', file, ...ON_PROCESSOR, '--out', folder];
    const script = join(ROOT, 'scripts', 'headless.mjs');
    // A process group of its own.
    const child = spawn(process.execPath, [script, ...args], { detached: true });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const metrics = join(folder, 'metrics.jsonl');
    await vi.waitUntil(() => existsSync(metrics) && statSync(metrics).size > 0, {
      timeout: 60_000,
      interval: 20,
    });
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(folder).sort()).toEqual([
      ...['checkpoint.safetensors', 'metrics.jsonl', 'summary.json', 'weights.safetensors'],
    ]);
  });

  it('takes relative paths from where npm was called', async () => {
    const folder = join(out, 'caller');
    mkdirSync(folder);
    await headless('export', ...config, '--weights', init, '--out', join(folder, 'net.npz'));
    const { status, stdout, stderr } = spawnSync(
      'npm',
      ['run', '--silent', '--prefix', ROOT, 'headless', '--', 'inspect', 'net.npz'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^NumPy|npz/);
  });

  it('names every faulty field of a config', async () => {
    const file = join(out, 'bad.json');
    writeFileSync(file, '{"version":1,"model":{"classes":1},"training":{"bach":8}}');
    const { status, stderr } = await headless('train', '--config', file, '--out', out);
    expect(status).toBe(1);
    expect(stderr).toMatch(/model\.classes: /);
    expect(stderr).toMatch(/training\.bach: /);
  });
});
