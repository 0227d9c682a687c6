import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { writeSafetensors } from '../src/weights/writeSafetensors.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../src/weights/testing/fixtures/${name}`, import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'inspect-'));
const fileOf = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const numbers = (shape: readonly number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5),
});

describe('headless inspect', () => {
  it('prints the whole of what is found as JSON', async () => {
    const { status, stdout } = await headless('inspect', fixture('checkpoint.pth'), '--json');
    expect(status).toBe(0);
    const found = JSON.parse(stdout);
    expect(Object.keys(found)).toEqual([
      ...['format', 'tensors', 'model', 'reason', 'dialect', 'open', 'matched', 'missing'],
      ...['unused', 'repairs', 'normalization', 'blocked'],
    ]);
    expect(found).toMatchObject({
      ...{ format: 'PyTorch', tensors: 38, reason: null, matched: 32, missing: [], blocked: null },
      model: { stageDepths: [1, 1], stageWidths: [2, 4], projection: 'B' },
      normalization: { source: 'assumed' },
    });
    expect(found.open[0]).toEqual({
      ...{ field: 'model.stemPool', assumed: false, why: expect.any(String) },
    });
    expect(found.unused[0]).toMatchObject({
      ...{ name: 'module.bn1.num_batches_tracked', effect: 'none' },
    });
  });

  it('says what is no weights file, with exit code 2, and takes no answers that are none', async () => {
    const page = await fileOf('page.pth', '<!doctype html><title>Sign in</title>');
    const { status, stdout } = await headless('inspect', page, '--json');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ format: null, model: null, tensors: 0 });
    expect(JSON.parse(stdout).blocked).toContain('a web page (“Sign in”)');
    for (const setting of ['model.paddingA=left', 'model.nothing=1', 'weights=ema']) {
      const wrong = await headless('inspect', fixture('checkpoint.pth'), '--set', setting);
      expect(wrong.status, setting).toBe(2);
    }
    expect((await headless('inspect', join(folder, 'none'))).status).toBe(1);
  });
});

describe('headless eval without a config', () => {
  const images = {
    images: numbers([2, 3, 32, 32]),
    labels: { shape: [2], data: Int32Array.of(1, 2) },
  };

  it('evaluates the network that is found, as it is said to be', async () => {
    const batches = await fileOf(
      'batches.safetensors',
      writeSafetensors(new Map(Object.entries(images))),
    );
    const logits = async (...more: string[]) => {
      const out = join(folder, 'out');
      const { status } = await headless(
        ...['eval', '--weights', fixture('whole_module.pth'), '--batches', batches, '--out', out],
        ...['--engine', 'cpu', '--threads', '1', '--arithmetic', 'exact', ...more],
      );
      expect(status).toBe(0);
      const file = readSafetensors(await readFile(join(out, 'logits.safetensors')));
      return [...(file.tensors.get('logits')?.data ?? [])].map(Number);
    };
    const usual = await logits();
    expect(usual).toHaveLength(20);
    expect(await logits('--set', 'activation=tanh')).not.toEqual(usual);
    expect(await logits('--set', 'model.activation=relu')).toEqual(usual);
  });

  it('refuses what is no network here, and says which are', async () => {
    const tensors = new Map([['a', numbers([2])]]);
    const weights = await fileOf('none.safetensors', writeSafetensors(tensors));
    const { status, stderr } = await headless('eval', '--weights', weights, ...ON_PROCESSOR);
    expect(status).toBe(1);
    expect(stderr).toContain('not the tensors of a ResNet');
    expect(stderr).toContain('weiaicunzai');
  });
});
