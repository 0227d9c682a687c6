import { describe, expect, it } from 'vitest';
import { packChunks } from './chunks.ts';

describe('packChunks', () => {
  const chunk = { offset: 8, length: 1024, partialOffset: 16, splits: 3, splitStride: 2048 };

  it('writes two vec4u a chunk', () => {
    const other = { offset: 1032, length: 4, partialOffset: 0, splits: 0, splitStride: 0 };
    const expected = [8, 1024, 16, 3, 2048, 0, 0, 0, 1032, 4, 0, 0, 0, 0, 0, 0];
    expect(Array.from(packChunks([chunk, other]))).toEqual(expected);
  });

  it('refuses what a workgroup would not cover', () => {
    for (const fault of [{ length: 1028 }, { offset: 6 }, { splitStride: 2 }, { length: 3 }]) {
      expect(() => packChunks([chunk, { ...chunk, ...fault }])).toThrow('chunk 1 is malformed');
    }
  });
});
