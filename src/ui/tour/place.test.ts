import { expect, test } from 'vitest';
import { placeBeside } from './place.ts';

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
