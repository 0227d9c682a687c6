/** Paints a layer × step heat map column by column: what is painted stays until the scale or the history changes. */

import type { WeightLayer } from '../runs/layers.ts';
import type { RunHistory } from '../training/history.ts';
import { normColour } from './palette.ts';

/** Columns before neighbours share one. */
export const MAX_COLUMNS = 512;
/** Rows of the history that a column averages at most, so that repainting everything stays cheap. */
const SAMPLES_PER_COLUMN = 4;

/** RGBA pixels, one a layer and column; row 0 is the input. */
export class HeatMapPainter {
  readonly pixels: ImageData;
  /** Columns painted so far. */
  columns = 0;
  /** Rows of the history that a column stands for. */
  rowsPerColumn = 1;
  #generation = -1;
  #range: readonly [number, number] = [0, 0];
  #paintedRows = 0;

  constructor(
    readonly layers: readonly WeightLayer[],
    createImage: (width: number, height: number) => ImageData = (width, height) =>
      new ImageData(width, height),
  ) {
    this.pixels = createImage(MAX_COLUMNS, Math.max(1, layers.length));
  }

  /** Catches up with the history. @returns the first column that was painted, `columns` where none was. */
  update(history: RunHistory, range: readonly [number, number]): number {
    const rowsPerColumn = Math.max(1, 2 ** Math.ceil(Math.log2(history.length / MAX_COLUMNS)));
    const isStale =
      history.generation !== this.#generation ||
      rowsPerColumn !== this.rowsPerColumn ||
      range[0] !== this.#range[0] ||
      range[1] !== this.#range[1];
    if (isStale) this.#paintedRows = 0;
    this.rowsPerColumn = rowsPerColumn;
    this.#generation = history.generation;
    this.#range = range;
    // The last row and column may have been painted half full.
    const first = Math.floor(Math.max(0, this.#paintedRows - 1) / rowsPerColumn);
    this.columns = Math.ceil(history.length / rowsPerColumn);
    for (let column = first; column < this.columns; column++) this.#paint(history, column);
    this.#paintedRows = history.length;
    return first;
  }

  /** Geometric mean of a layer's norms over a column's rows; NaN where there is none. */
  norm(history: RunHistory, column: number, layer: number): number {
    const parameter = this.layers[layer]?.parameter ?? -1;
    const start = column * this.rowsPerColumn;
    const end = Math.min(history.length, start + this.rowsPerColumn);
    const every = Math.max(1, Math.floor(this.rowsPerColumn / SAMPLES_PER_COLUMN));
    let [sum, count] = [0, 0];
    for (let row = start; row < end; row += every) {
      sum += Math.log10(
        history.gradNorm[row * history.parameterNames.length + parameter] ?? Number.NaN,
      );
      count++;
    }
    return count === 0 ? Number.NaN : 10 ** (sum / count);
  }

  #paint(history: RunHistory, column: number): void {
    const { data, width } = this.pixels;
    for (let layer = 0; layer < this.layers.length; layer++) {
      const [red, green, blue] = normColour(this.norm(history, column, layer), this.#range);
      const at = 4 * (layer * width + column);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = 255;
    }
  }
}
