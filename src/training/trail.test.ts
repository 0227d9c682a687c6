import { expect, it } from 'vitest';
import { Trail } from './trail.ts';

const at = (step: number) => ({ step, learningRate: 0.1, weights: new Map() });

function walked(trail: Trail, steps: number): number[] {
  for (let step = 0; step <= steps; step++) trail.offer(at(step));
  return trail.points.map(({ step }) => step);
}

it('keeps a point every 8 steps, and half as many whenever they are more than 33', () => {
  expect(walked(new Trail(4), 20)).toEqual([0, 8, 16]);
  expect(walked(new Trail(4), 256)).toHaveLength(33);
  const steps = walked(new Trail(4), 2000);
  expect(steps.slice(0, 3)).toEqual([0, 64, 128]);
  expect(steps.at(-1)).toBe(1984);
});

it('keeps what fits into 64 MB, and nothing of a net of which five points do not', () => {
  expect(walked(new Trail(8_000_000), 64)).toEqual([0, 16, 32, 48, 64]);
  expect(walked(new Trail(12_800_001), 64)).toEqual([]);
});

it('starts anew once cleared', () => {
  const trail = new Trail(4);
  walked(trail, 2000);
  trail.clear();
  expect(walked(trail, 9)).toEqual([0, 8]);
});
