/** Paints a layer × x heat map: row 0 is the input, columns are even on the chart's x axis. */
import { valueAt } from '../app/column.ts';
import type { LayerStatistic } from '../app/layerStatistics.ts';
import type { WeightLayer } from '../app/layers.ts';
import { type Placed, rowAt, rowsOf, type XAxis, type XRange } from '../app/xAxis.ts';
import { scaleColour } from './palette.ts';
import { scaleOf } from './scale.ts';

/** More would usually be narrower than a pixel. */
export const MAX_COLUMNS = 384;
/** Rows of the history that a cell averages at most, to keep painting cheap. */
const SAMPLES_PER_COLUMN = 4;

export interface HeatMapView {
  /** With the statistic's rows. */
  readonly run: Placed;
  readonly statistic: LayerStatistic;
  readonly axis: XAxis;
  readonly range: XRange;
  readonly logX: boolean;
}

/** Both inclusive. */
interface RowSpan {
  readonly first: number;
  readonly last: number;
}

/** The rows within a part of the x axis, or else the row nearest to its middle; null beyond the run's end. */
export function rowsBetween({ run, axis }: HeatMapView, from: number, to: number): RowSpan | null {
  const end = rowsOf(run).length - 1;
  if (end < 0) return null;
  const lastX = axis.ofRow(run, end);
  // Half of the last row's width lies beyond its x.
  if (from > lastX + (lastX - axis.ofRow(run, Math.max(0, end - 1))) / 2) return null;
  const before = rowAt(run, axis, from);
  const first = before >= 0 && axis.ofRow(run, before) === from ? before : before + 1;
  const upTo = rowAt(run, axis, to);
  const last = upTo < end && upTo >= 0 && axis.ofRow(run, upTo) === to ? upTo - 1 : upTo;
  if (last >= first) return { first, last };
  const nearest = nearestRow(run, axis, (from + to) / 2);
  return { first: nearest, last: nearest };
}

function nearestRow(run: Placed, axis: XAxis, x: number): number {
  const row = rowAt(run, axis, x);
  const next = row + 1;
  if (row < 0) return 0;
  if (next >= rowsOf(run).length) return row;
  return axis.ofRow(run, next) - x < x - axis.ofRow(run, row) ? next : row;
}

/** A layer's mean over the steps of the rows. @param atMost rows to read, evenly spaced. */
export function meanOf(
  { run, statistic }: HeatMapView,
  layer: WeightLayer,
  { first, last }: RowSpan,
  atMost = Number.POSITIVE_INFINITY,
): number {
  const column = statistic.column(run.history, layer);
  const { steps: stepsOfRow } = rowsOf(run);
  const every = Math.max(1, Math.ceil((last + 1 - first) / atMost));
  let [sum, steps] = [0, 0];
  for (let row = first; row <= last; row += every) {
    const weight = stepsOfRow[row] ?? 1;
    sum += weight * valueAt(column, row);
    steps += weight;
  }
  return sum / steps;
}

/**
 * Fills an image of [layers, width] pixels; transparent beyond the run's end.
 * @param colours range of log10 of the values.
 */
export function paintHeatMap(
  image: Pick<ImageData, 'data' | 'width'>,
  view: HeatMapView,
  layers: readonly WeightLayer[],
  colours: readonly [number, number],
): void {
  const { data, width } = image;
  data.fill(0);
  const x = scaleOf(view.range, [0, width], view.logX);
  const columns = Array.from({ length: width }, (_, i) =>
    rowsBetween(view, x.invert(i), x.invert(i + 1)),
  );
  for (const [i, layer] of layers.entries()) {
    let before: RowSpan | null = null;
    let colour = scaleColour(Number.NaN, colours);
    for (const [column, rows] of columns.entries()) {
      if (rows === null) continue;
      if (rows.first !== before?.first || rows.last !== before.last) {
        colour = scaleColour(meanOf(view, layer, rows, SAMPLES_PER_COLUMN), colours);
        before = rows;
      }
      const at = 4 * (i * width + column);
      [data[at], data[at + 1], data[at + 2]] = colour;
      data[at + 3] = 255;
    }
  }
}
