import { expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { tinyConfig } from '../testing/sessionHarness.ts';
import { curvatureAt } from './curvature.ts';

const graph = buildGraph(tinyConfig().model);
const BATCHES = 2;

/** A bowl whose curvatures are spread evenly from 0 to 5. */
const bowl = {
  graph,
  batchSize: 8,
  step: async (weights: StateDict) => {
    const gradient: StateDict = new Map(
      [...weights].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((w, i) => (5 * w * (i + 1)) / data.length) },
      ]),
    );
    return { loss: 0, accuracy: 0, gradient, statistics: new Map() };
  },
};

it.each([1, 3, 12])('never loses what it told, if %i products were expected', async (expected) => {
  const shares: number[] = [];
  const measuring = curvatureAt(bowl, BATCHES, initialWeights(graph, 1), null, expected);
  let part = await measuring.next();
  while (!part.done) {
    shares.push(part.value);
    part = await measuring.next();
  }
  const { products, largest } = part.value;
  expect(products).toBeGreaterThan(3);
  expect(products).toBeLessThanOrEqual(12);
  expect(largest / 5).toBeCloseTo(1, 1);
  expect(shares).toHaveLength(BATCHES * (1 + 2 * products));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(0)).toBeCloseTo(1 / BATCHES / (1 + 2 * expected), 9);
  expect(shares.at(-1)).toBeCloseTo(
    products >= expected ? 0.99 : (1 + 2 * products) / (1 + 2 * expected),
    9,
  );
});
