import { expect, it } from 'vitest';
import { murmurHash } from './murmurHash.ts';

const hex = (text: string, seed = 0): string =>
  Array.from(murmurHash(new TextEncoder().encode(text), seed), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');

it('gives the digests of the reference implementation', () => {
  expect(hex('')).toBe('0'.repeat(32));
  expect(hex('I will not buy this record, it is scratched.')).toBe(
    'a0a9683b25ac5e40d9af2895890dddf5',
  );
  expect(hex('The quick brown fox jumps over the lazy dog')).toBe(
    '2f1583c3ecee2c675d7bf66ce5e91d2c',
  );
});
