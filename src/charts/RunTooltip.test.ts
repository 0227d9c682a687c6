import { expect, it } from 'vitest';
import { nearestRows } from './RunTooltip.tsx';

const rows = [10, 90, 20, 80, 30, 70, Number.NaN].map((y, i) => ({
  ...{ run: { colourIndex: i }, name: `run ${i}`, cells: [], y },
}));

it('keeps five rows: the first, or those nearest to the pointer in their order', () => {
  expect(nearestRows(rows, null).map(({ name }) => name)).toEqual([
    'run 0',
    'run 1',
    'run 2',
    'run 3',
    'run 4',
  ]);
  expect(nearestRows(rows, 95).map(({ y }) => y)).toEqual([90, 20, 80, 30, 70]);
  expect(nearestRows(rows.slice(0, 5), 95)).toHaveLength(5);
});
