import { expect, it } from 'vitest';
import { weightLayers } from '../runs/layers.ts';
import { RunHistory } from '../training/history.ts';
import { HeatMapPainter, MAX_COLUMNS } from './heatMapPainter.ts';
import { normColour } from './palette.ts';

const names = ['conv1.weight', 'bn1.weight', 'fc.weight'];
const image = (width: number, height: number) =>
  ({
    width,
    height,
    data: new Uint8ClampedArray(4 * width * height),
    colorSpace: 'srgb',
  }) as ImageData;

/** Steps `from`…, norms 10^step in conv1, 1 in fc. */
function append(history: RunHistory, from: number, count: number, norm: (step: number) => number) {
  const steps = Array.from({ length: count }, (_, i) => from + i);
  history.append({
    step: Uint32Array.from(steps),
    loss: new Float32Array(count),
    accuracy: new Float32Array(count),
    learningRate: new Float32Array(count),
    elapsedMs: new Float64Array(count),
    gradNorm: Float32Array.from(steps.flatMap((step) => [norm(step), 9, 1])),
  });
}

const pixel = ({ pixels }: HeatMapPainter, column: number, layer: number) => [
  ...pixels.data.subarray(
    4 * (layer * pixels.width + column),
    4 * (layer * pixels.width + column) + 3,
  ),
];

it('paints new columns only, by the shared scale', () => {
  const history = new RunHistory(names);
  const painter = new HeatMapPainter(weightLayers(names), image);
  append(history, 0, 3, (step) => 10 ** step);
  expect(painter.update(history, [0, 4])).toBe(0);
  expect(painter.columns).toBe(3);
  expect(pixel(painter, 2, 0)).toEqual([...normColour(100, [0, 4])]);
  expect(pixel(painter, 2, 1)).toEqual([...normColour(1, [0, 4])]);
  append(history, 3, 2, () => 1);
  expect(painter.update(history, [0, 4])).toBe(2);
  expect(painter.columns).toBe(5);
  expect(painter.update(history, [0, 5])).toBe(0);
  expect(pixel(painter, 2, 0)).toEqual([...normColour(100, [0, 5])]);
});

it('lets columns share rows when there are too many, by the geometric mean', () => {
  const history = new RunHistory(names);
  const painter = new HeatMapPainter(weightLayers(names), image);
  append(history, 0, MAX_COLUMNS + 2, (step) => (step % 2 === 0 ? 1 : 100));
  painter.update(history, [0, 4]);
  expect(painter.rowsPerColumn).toBe(2);
  expect(painter.columns).toBe(MAX_COLUMNS / 2 + 1);
  expect(painter.norm(history, 0, 0)).toBeCloseTo(10, 5);
});

it('paints the same picture step by step as all at once', () => {
  const history = new RunHistory(names);
  const [steady, fresh] = [1, 2].map(() => new HeatMapPainter(weightLayers(names), image));
  if (steady === undefined || fresh === undefined) throw new Error('no painters');
  for (let step = 0; step < 2 * MAX_COLUMNS + 10; step += 7) {
    append(history, step, 7, (at) => 10 ** (4 - at / 300));
    steady.update(history, [0, 4]);
  }
  fresh.update(history, [0, 4]);
  expect(steady.columns).toBe(fresh.columns);
  for (let column = 0; column < fresh.columns; column++) {
    expect(pixel(steady, column, 0)).toEqual(pixel(fresh, column, 0));
  }
});
