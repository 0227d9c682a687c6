import { expect, test } from 'vitest';
import { isUncovered, placeBeside } from './place.ts';

const viewport = { width: 1000, height: 800 };
const panel = { width: 300, height: 150 };

test.each([
  ['below', { left: 50, top: 100, width: 90, height: 30 }, { left: 50, top: 140 }],
  ['above', { left: 50, top: 600, width: 90, height: 150 }, { left: 50, top: 440 }],
  ['right', { left: 0, top: 20, width: 500, height: 760 }, { left: 510, top: 20 }],
  ['left', { left: 500, top: 20, width: 500, height: 760 }, { left: 190, top: 20 }],
  ['within the edge', { left: 950, top: 0, width: 50, height: 20 }, { left: 690, top: 30 }],
])('goes %s', (_, target, place) => {
  expect(placeBeside(target, panel, viewport)).toEqual(place);
});

test('goes nowhere near what fills the page or is out of sight', () => {
  expect(placeBeside({ left: 0, top: 0, width: 1000, height: 800 }, panel, viewport)).toBeNull();
  expect(placeBeside({ left: 0, top: 900, width: 90, height: 30 }, panel, viewport)).toBeNull();
  expect(placeBeside({ left: 0, top: -90, width: 90, height: 30 }, panel, viewport)).toBeNull();
});

const box = (left: number, top: number, right: number, bottom: number) =>
  ({ left, top, right, bottom }) as DOMRectReadOnly;

test.each([
  ['above the panel', box(0, 80, 300, 400), true],
  ['beside the panel', box(300, 80, 400, 600), true],
  ['partly below the panel', box(0, 80, 300, 401), false],
  ['partly below the header', box(0, 79, 300, 400), false],
  ['partly below the bar', box(300, 80, 400, 701), false],
])('a target %s', (_, target, expected) => {
  const bars = { top: 80, bottom: 700 };
  expect(isUncovered(target, box(0, 400, 300, 600), bars)).toBe(expected);
});
