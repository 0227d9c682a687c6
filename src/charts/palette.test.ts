import { expect, it } from 'vitest';
import { runColour, runDash, scaleColour, scaleCss } from './palette.ts';

it('goes from the darkest to the lightest colour over the range', () => {
  expect(scaleColour(0.01, [-2, 2])).toEqual([68, 1, 84]);
  expect(scaleColour(1, [-2, 2])).toEqual([33, 144, 141]);
  expect(scaleColour(1e9, [-2, 2])).toEqual([253, 231, 37]);
  expect(scaleCss(100, [0, 4])).toBe('rgb(33 144 141)');
});

it('marks what has no value', () => {
  for (const norm of [0, Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    expect(scaleColour(norm, [-2, 2])).toEqual([138, 138, 138]);
  }
});

it('tells four runs apart by colour and by dash, and eight by both', () => {
  const slots = [0, 1, 2, 3];
  expect(new Set(slots.map(runColour)).size).toBe(4);
  expect(new Set(slots.map(runDash)).size).toBe(4);
  const looks = [...slots, 4, 5, 6, 7].map((slot) => `${runColour(slot)} ${runDash(slot)}`);
  expect(new Set(looks).size).toBe(8);
});
