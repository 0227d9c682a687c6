import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tuningFile, tuningPath } from './tuningFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'residual-playground-tuning-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('lies in the cache folder', () => {
  expect(tuningPath({ XDG_CACHE_HOME: '/cache' })).toBe(
    join('/cache', 'residual-playground', 'tuning.json'),
  );
  expect(tuningPath({})).toMatch(/\.cache.residual-playground.tuning\.json$/);
});

it('keeps the choices of every adapter, in a folder that it makes', async () => {
  const path = join(folder, 'new', 'tuning.json');
  expect(await tuningFile(path).load('a')).toBeUndefined();
  await tuningFile(path).add('a', { one: 'x' });
  await tuningFile(path).add('b', { two: 'y' });
  await tuningFile(path).add('a', { one: 'z' });
  expect(await tuningFile(path).load('a')).toEqual({ one: 'z' });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    version: 1,
    adapters: { b: { two: 'y' }, a: { one: 'z' } },
  });
});

it.each(['', '{"version":1', '[]', '{"version":2,"adapters":{}}', '\0'])(
  'counts %j as empty and replaces it',
  async (content) => {
    const path = join(folder, 'corrupt.json');
    writeFileSync(path, content);
    expect(await tuningFile(path).load('a')).toBeUndefined();
    await tuningFile(path).add('a', { one: 'x' });
    expect(await tuningFile(path).load('a')).toEqual({ one: 'x' });
  },
);

it('leaves out what is no choice of an adapter when it writes', async () => {
  const path = join(folder, 'mixed.json');
  writeFileSync(path, '{"version":1,"adapters":{"evil":{"one":7},"good":{"one":"x"}}}');
  await tuningFile(path).add('a', {});
  expect(JSON.parse(readFileSync(path, 'utf8')).adapters).toEqual({ good: { one: 'x' }, a: {} });
});
