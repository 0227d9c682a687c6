/** A run trained again: its hash matches, on any number of threads, or does not; or nothing can be verified. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunConfigInput } from '../src/model/config.ts';
import { headless } from './testing/runMain.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = {
  version: 1,
  model: { stageDepths: [1, 1], stageWidths: [4, 6], inputSize: 8, dropout: 0.2 },
  training: {
    ...{ steps: 6, batchSize: 10, labelSmoothing: 0.1, arithmetic: 'exact' },
    learningRate: { type: 'cosine', base: 0.01 },
    optimizer: { type: 'adamw', weightDecay: 0.1 },
    decayNormAndBias: false,
    averageDecay: 0.5,
    normAndBiasRate: 3,
    changes: [{ step: 3, change: { kind: 'blockShortcut', block: 'layer2.0', on: false } }],
  },
  data: { source: 'synthetic', train: 40, test: 0 },
} as const satisfies RunConfigInput;

const written = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

async function trained(name: string, config: unknown, ...options: string[]) {
  const out = join(folder, name);
  const args = ['--config', written(`${name}.json`, config), '--engine', 'cpu', '--out', out];
  const { status, stderr } = await headless('train', ...args, ...options);
  expect(status, stderr).toBe(0);
  const file = join(out, 'summary.json');
  return { file, summary: JSON.parse(readFileSync(file, 'utf8')) };
}

describe('headless verify', () => {
  let run: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    run = await trained('run', CONFIG, '--threads', '1');
  });

  it.each(['1', '2', '3'])('gives the same weights on %s threads', async (threads) => {
    const { status, stdout, stderr } = await headless('verify', run.file, '--threads', threads);
    expect(stderr).toMatch(/step 6 of 6: loss \d/);
    expect(stdout).toBe(
      `verified: 6 steps of ResNet-6 give weightsSha256 ${run.summary.weightsSha256}\n`,
    );
    expect(status).toBe(0);
  });

  it('takes a config that holds the hash, too', async () => {
    const { weightsSha256 } = run.summary;
    const file = written('config.json', { ...CONFIG, weightsSha256 });
    expect((await headless('verify', file)).status).toBe(0);
  });

  it('trains a stopped and resumed run again, and one from the weights of a file', async () => {
    await trained('part', CONFIG, '--steps', '2');
    const resume = ['--resume', join(folder, 'part', 'checkpoint.safetensors')];
    const out = ['--engine', 'cpu', '--steps', '2', '--out', join(folder, 'resumed')];
    expect((await headless('train', ...resume, ...out)).status).toBe(0);
    const resumed = join(folder, 'resumed', 'summary.json');
    expect((await headless('verify', resumed)).stdout).toMatch(/^verified: 4 steps/);

    const init = ['--init', join(folder, 'run', 'weights.safetensors')];
    const { file } = await trained('further', CONFIG, ...init);
    expect((await headless('verify', file)).status).toBe(2);
    expect((await headless('verify', file, ...init)).status).toBe(0);
  });

  it('says which weights it gave instead, and exits with 1', async () => {
    const seed = { ...run.summary.replay.training, seed: 1 };
    const replay = { ...run.summary.replay, training: seed };
    const file = written('other.json', { ...run.summary, replay });
    const { status, stdout } = await headless('verify', file);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^not verified: .* [0-9a-f]{64} instead of ${run.summary.weightsSha256}\n$`),
    );
  });

  it('exits with 1 where other images are here', async () => {
    const images = { title: 'Synthetic shapes (not CIFAR-10)', isCifar10: false, train: 39 };
    const file = written('images.json', { ...run.summary, images });
    const { status, stderr } = await headless('verify', file);
    expect(status).toBe(1);
    expect(stderr).toMatch(/trained on 39 images of Synthetic shapes.*these are 40/);
  });

  it.each([
    ['no hash', () => CONFIG, /no weightsSha256/],
    ['a faulty hash', () => ({ ...CONFIG, weightsSha256: 'abc' }), /64 hexadecimal digits/],
    [
      'arithmetic that differs between machines',
      () => ({ ...CONFIG, training: {}, weightsSha256: run.summary.weightsSha256 }),
      /not computed in exact arithmetic/,
    ],
    ['fast steps', () => ({ ...run.summary, arithmetic: 'fast' }), /exact arithmetic/],
    ['changes without record', () => ({ ...run.summary, replay: null }), /can’t be trained again/],
    ['another revision', () => ({ ...run.summary, tiles: { revision: '0' } }), /revision 0/],
    ['a config that is none', () => ({ ...run.summary, replay: { version: 1, a: 2 } }), /a: /],
    ['a run of batches, without them', () => ({ ...run.summary, images: null }), /--batches/],
    ['no JSON', () => '{', /no JSON/],
  ])('exits with 2 for %s', async (_, content, message) => {
    const { status, stdout, stderr } = await headless('verify', written('bad.json', content()));
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});
