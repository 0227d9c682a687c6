import { expect, it } from 'vitest';
import { normColour, normCss, runColour, runDash } from './palette.ts';

it('goes from the darkest to the lightest colour over the range', () => {
  expect(normColour(0.01, [-2, 2])).toEqual([68, 1, 84]);
  expect(normColour(1, [-2, 2])).toEqual([33, 144, 141]);
  expect(normColour(1e9, [-2, 2])).toEqual([253, 231, 37]);
  expect(normCss(100, [0, 4])).toBe('rgb(33 144 141)');
});

it('marks what has no norm', () => {
  for (const norm of [0, Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    expect(normColour(norm, [-2, 2])).toEqual([138, 138, 138]);
  }
});

it('tells four runs apart by colour and by dash', () => {
  const slots = [0, 1, 2, 3];
  expect(new Set(slots.map(runColour)).size).toBe(4);
  expect(new Set(slots.map(runDash)).size).toBe(4);
});
