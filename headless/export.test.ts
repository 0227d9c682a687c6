import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { weightsSha256 } from '../src/training/weightsHash.ts';
import { METADATA_FILE, metadataOf } from '../src/weights/exportModel.ts';
import { DEFAULT_EXPORT, FORMATS, formatOf } from '../src/weights/formats/registry.ts';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { exportModel } from '../src/weights/testing/nets.ts';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);

const { graph, weights, ...rest } = exportModel('ResNet-20 B');
const hash = await weightsSha256(graph, weights);
const model = { ...rest, graph, weights, weightsSha256: hash };
const { write } = await formatOf('safetensors').load();
writeFileSync(path('config.json'), JSON.stringify(model.config));
writeFileSync(path('net.safetensors'), write(model, DEFAULT_EXPORT));

const run = (weights: string, out: string, ...more: string[]) => {
  const files = ['--config', path('config.json'), '--weights', path(weights), '--out', path(out)];
  return main(['export', ...files, ...more]);
};

describe('headless export', () => {
  it.each(FORMATS)('writes what the page would: $extension', async ({ id, extension }) => {
    expect(await run('net.safetensors', `net${extension}`)).toBe(0);
    const { write } = await formatOf(id).load();
    const expected = write(model, DEFAULT_EXPORT);
    expect(readFileSync(path(`net${extension}`)).equals(expected)).toBe(true);
  });

  it.each(['pth', 'npz'] as const)(
    'reads back %s, CIFAR names and metadata included',
    async (id) => {
      const file = `cifar.${id}`;
      expect(await run('net.safetensors', file, '--names', 'cifar')).toBe(0);
      expect(readFileSync(path(file)).includes(METADATA_FILE)).toBe(true);
      expect(await run(file, 'back.safetensors')).toBe(0);
      const { tensors, metadata } = readSafetensors(readFileSync(path('back.safetensors')));
      expect(Object.fromEntries(metadata)).toEqual({
        format: 'pt',
        ...metadataOf(model, DEFAULT_EXPORT),
      });
      expect([...tensors.keys()]).toEqual([...model.weights.keys()]);
      for (const [name, { data }] of model.weights) {
        const same = data.every((value, i) => Object.is(value, tensors.get(name)?.data[i]));
        expect(same, name).toBe(true);
      }
    },
  );

  it('fails where the net can’t have the names, and writes nothing', async () => {
    const config = { ...model.config, model: { ...model.config.model, shortcuts: false } };
    writeFileSync(path('config.json'), JSON.stringify(config));
    expect(await run('net.safetensors', 'plain.pth', '--names', 'cifar')).toBe(1);
    expect(() => readFileSync(path('plain.pth'))).toThrow('ENOENT');
  });
});
