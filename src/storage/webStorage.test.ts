import { expect, it } from 'vitest';
import { readJson, readText, type StorageArea, writeJson } from './webStorage.ts';

const memory = (items: Map<string, string>): StorageArea => {
  const area = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  return { use: 'settings', storage: () => area };
};

it('reads back what was written, and nothing that is no JSON', () => {
  const items = new Map<string, string>();
  const area = memory(items);
  expect(readJson(area, 'a')).toBeNull();
  writeJson(area, 'a', { n: [1] });
  expect(readJson(area, 'a')).toEqual({ n: [1] });
  items.set('a', '{');
  expect([readJson(area, 'a'), readText(area, 'a'), readText(area, 'b')]).toEqual([
    null,
    '{',
    null,
  ]);
});

it('never throws where the very property throws', () => {
  const forbidden: StorageArea = {
    use: 'settings',
    storage: () => {
      throw new DOMException('no', 'SecurityError');
    },
  };
  writeJson(forbidden, 'a', 1);
  expect(readText(forbidden, 'a')).toBeUndefined();
  expect(readJson(forbidden, 'a')).toBeNull();
});
