import { expect, it } from 'vitest';
import { LAYER_STATISTICS } from '../app/layerStatistics.ts';
import { weightLayers } from '../app/layers.ts';
import { historyOf, placed } from '../app/testing/history.ts';
import { X_AXES, type XRange } from '../app/xAxis.ts';
import { type HeatMapView, meanOf, paintHeatMap, rowsBetween } from './heatMapPainter.ts';
import { scaleColour } from './palette.ts';

const names = ['conv1.weight', 'bn1.weight', 'fc.weight'];
const layers = weightLayers(names);
const [statistic] = LAYER_STATISTICS;

/** Norms 10^step in conv1, 1 in fc, over `steps` steps. */
const viewOf = (steps: number, range: XRange, maxRows?: number): HeatMapView => ({
  run: placed(
    historyOf(
      {
        names,
        loss: Array.from({ length: steps }, () => 1),
        gradNorm: (step, parameter) => [10 ** step, 9, 1][parameter] ?? 0,
      },
      maxRows,
    ),
  ),
  ...{ statistic, axis: X_AXES.step, range, logX: false },
});

function painted(view: HeatMapView, width: number) {
  const image = { width, data: new Uint8ClampedArray(4 * width * layers.length) };
  paintHeatMap(image, view, layers, [0, 4]);
  return (column: number, layer: number) => [
    ...image.data.subarray(4 * (layer * width + column), 4 * (layer * width + column) + 4),
  ];
}

it('paints each step around its place on the axis, by the shared scale', () => {
  // Steps 0 … 4 at the columns' edges 0 … 8: column 3 is 1.5 … 2, nearest to step 2.
  const pixel = painted(viewOf(5, { from: 0, to: 4 }), 8);
  expect(pixel(0, 0)).toEqual([...scaleColour(1, [0, 4]), 255]);
  expect(pixel(3, 0)).toEqual([...scaleColour(100, [0, 4]), 255]);
  expect(pixel(3, 1)).toEqual([...scaleColour(1, [0, 4]), 255]);
});

it('leaves columns empty where the run has not come', () => {
  const pixel = painted(viewOf(3, { from: 0, to: 9 }), 9);
  expect(pixel(1, 0)[3]).toBe(255);
  expect(pixel(4, 0)).toEqual([0, 0, 0, 0]);
});

it('shows single steps when zoomed in', () => {
  const pixel = painted(viewOf(5, { from: 2.6, to: 3.4 }), 4);
  for (const column of [0, 3]) {
    expect(pixel(column, 0)).toEqual([...scaleColour(1000, [0, 4]), 255]);
  }
});

it('gives the mean over all steps that share a place, merged rows by their steps', () => {
  const view = viewOf(5, { from: 0, to: 4 }, 4);
  const rows = rowsBetween(view, 0, 4);
  // Rows of two steps each, the last one half full.
  expect(rows).toEqual({ first: 0, last: 2 });
  expect(meanOf(view, layers[0] ?? expect.fail(), rows ?? expect.fail())).toBeCloseTo(
    11_111 / 5,
    1,
  );
});
