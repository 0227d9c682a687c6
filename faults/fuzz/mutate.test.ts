import { expect, it } from 'vitest';
import { Draws, mutatedBytes, mutatedText, mutatedValue } from './mutate.ts';

const WHOLE = Uint8Array.from({ length: 700 }, (_, i) => i & 255);

it('damages every input in another way, and each seed always in the same', () => {
  const made = (seed: number) =>
    Array.from({ length: 200 }, (_, i) => mutatedBytes(WHOLE, [WHOLE], new Draws(seed, i)));
  expect(made(1)).toEqual(made(1));
  const texts = new Set(made(1).map((bytes) => bytes.join()));
  expect(texts.size).toBeGreaterThan(195);
  expect(texts.has(made(2)[0]?.join() ?? '')).toBe(false);
  expect(WHOLE[255]).toBe(255);
});

it('leaves the values it starts from as they are', () => {
  const value = { a: [1, 2, { b: 'x' }] };
  const made = Array.from({ length: 300 }, (_, i) => mutatedValue(value, new Draws(1, i)));
  expect(value).toEqual({ a: [1, 2, { b: 'x' }] });
  expect(made.some((one) => typeof one !== 'object')).toBe(true);
  expect(mutatedText('a=1&b=2', ['c=3'], new Draws(1, 1))).toBe(
    mutatedText('a=1&b=2', ['c=3'], new Draws(1, 1)),
  );
});
