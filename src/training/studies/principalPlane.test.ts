import { expect, it } from 'vitest';
import { dot } from './flatWeights.ts';
import { principalPlane } from './principalPlane.ts';

it('finds the plane of a path that lies in one', () => {
  const [u, v] = [Float32Array.of(0.6, 0.8, 0, 0), Float32Array.of(0, 0, 0.6, -0.8)];
  const places = [
    [-3, 1],
    [-1, -1],
    [1, -1],
    [3, 1],
  ] as const;
  const path = places.map(([a, b]) => u.map((x, i) => 5 + a * x + b * (v[i] ?? 0)));
  const { shares, directions, points } = principalPlane(path);
  expect(shares[0]).toBeCloseTo(20 / 24, 6);
  expect(shares[1]).toBeCloseTo(4 / 24, 6);
  expect(Math.abs(dot(directions[0], u))).toBeCloseTo(1, 6);
  expect(Math.abs(dot(directions[1], v))).toBeCloseTo(1, 6);
  for (const [i, [x]] of points.entries()) expect(x).toBeCloseTo(2 * i - 6, 5);
  for (const place of points.at(-1) ?? []) expect(place).toBeCloseTo(0, 12);
});

it('refuses a path that goes nowhere', () => {
  const still = Float32Array.of(1, 2);
  expect(() => principalPlane([still, still, still])).toThrow('have not moved');
});
