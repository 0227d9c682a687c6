import { describe, expect, it } from 'vitest';
import { chunksOf, packChunks } from './chunks.ts';

it('chunksOf cuts a tensor into chunks, the last one with what is left', () => {
  expect(chunksOf(2308, 64)).toEqual([
    { offset: 64, length: 1024 },
    { offset: 1088, length: 1024 },
    { offset: 2112, length: 260 },
  ]);
});

describe('packChunks', () => {
  const chunk = { offset: 8, length: 1024 };

  it('writes a vec2u a chunk', () => {
    const other = { offset: 1032, length: 4 };
    expect(Array.from(packChunks([chunk, other]))).toEqual([8, 1024, 1032, 4]);
  });

  it('refuses what a workgroup would not cover', () => {
    for (const fault of [{ length: 1028 }, { offset: 6 }, { length: 3 }]) {
      expect(() => packChunks([chunk, { ...chunk, ...fault }])).toThrow('chunk 1 is malformed');
    }
  });
});
