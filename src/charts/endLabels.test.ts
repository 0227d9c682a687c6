import { expect, it } from 'vitest';
import { spreadLabels } from './endLabels.ts';

it('moves labels apart, in their order, within the bounds', () => {
  expect(spreadLabels([50, 10, 52], 10, [0, 100])).toEqual([50, 10, 60]);
  expect(spreadLabels([98, 99, 10], 10, [0, 100])).toEqual([90, 100, 10]);
  expect(spreadLabels([-5], 10, [0, 100])).toEqual([0]);
  expect(spreadLabels([], 10, [0, 100])).toEqual([]);
});
