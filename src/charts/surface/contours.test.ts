import { expect, it } from 'vitest';
import { contourLevels, contourPaths, levelLabels, lossScale } from './contours.ts';

const linear = { from: 0, to: 8, log: false };

/** Squared distance from the middle, 0 … 8. */
const SIZE = 21;
const bowl = Float64Array.from({ length: SIZE * SIZE }, (_, at) => {
  const [x, y] = [(at % SIZE) - 10, Math.floor(at / SIZE) - 10];
  return (x * x + y * y) / 25;
});

it('finds round levels, evenly apart on the scale', () => {
  expect(contourLevels(linear)).toEqual([
    0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5,
  ]);
  const log = contourLevels({ from: 0.1, to: 1000, log: true });
  expect(log.slice(0, 6)).toEqual([0.16, 0.25, 0.4, 0.63, 1, 1.6]);
  expect(log).toHaveLength(19);
  const narrow = contourLevels({ from: 2, to: 2.4, log: true });
  expect(narrow.map((level) => level.toFixed(2)).slice(0, 3)).toEqual(['2.05', '2.10', '2.15']);
  for (const log of [false, true]) {
    const scale = lossScale({ from: 0.5, to: 40, log });
    expect(scale.invert(scale.at(7))).toBeCloseTo(7, 12);
  }
});

it('draws a ring where the bowl has that height, up as up', () => {
  const [contour] = contourPaths(bowl, SIZE, [1], linear, 200);
  // What is higher surrounds the ring: the outline of the box, and the ring as a hole in it.
  const rings = (contour?.path ?? '').split('M').slice(1);
  expect(rings).toHaveLength(2);
  const hole = rings
    .map((ring) =>
      [...ring.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
    )
    .find((points) => points.every(([x = 0]) => x > 10 && x < 190));
  // Height 1 lies 5 points from the middle, of 20 on 200 pixels.
  for (const [x = 0, y = 0] of hole ?? []) expect(Math.hypot(x - 100, y - 100)).toBeCloseTo(50, 0);
  const slope = Float64Array.from({ length: 9 }, (_, at) => Math.floor(at / 3));
  const [upper] = contourPaths(slope, 3, [1.5], { from: 0, to: 2, log: false }, 100);
  const heights = [...(upper?.path ?? '').matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y));
  expect(Math.max(...heights)).toBe(25);
});

it('labels lines on the way up from the middle, clear of each other', () => {
  const labels = levelLabels(bowl, SIZE, [1, 1.1, 2, 3], 200, 20);
  expect(labels.map(({ level }) => level)).toEqual([1, 2]);
  expect(labels[0]?.y).toBeCloseTo(50, 0);
});
