/** Channels of a layer's output as small pictures in rows: blue below zero, black at zero, orange above. */
import type { TensorShape } from '../../model/graph.ts';
import { mixAlong, NO_VALUE, type Rgb } from '../palette.ts';

/** From zero outwards, in equal steps of |value| and with equal lightness on both sides. */
const POSITIVE: readonly [Rgb, Rgb, ...Rgb[]] = [
  [10, 11, 13],
  [88, 46, 10],
  [186, 98, 8],
  [245, 170, 50],
  [255, 240, 205],
];
const NEGATIVE: readonly [Rgb, Rgb, ...Rgb[]] = [
  [10, 11, 13],
  [12, 56, 92],
  [18, 104, 166],
  [86, 172, 232],
  [214, 240, 255],
];

/** @param extent |value| at which blue and orange are brightest. */
export function valueColour(value: number, extent: number): Rgb {
  if (!Number.isFinite(value)) return NO_VALUE;
  const share = extent > 0 ? Math.min(1, Math.abs(value) / extent) : 0;
  return mixAlong(value < 0 ? NEGATIVE : POSITIVE, share);
}

/** A CSS gradient of the scale, from −extent to +extent. */
export const SCALE_GRADIENT = `linear-gradient(90deg, ${[
  ...NEGATIVE.toReversed(),
  ...POSITIVE.slice(1),
]
  .map((colour) => `rgb(${colour.join(' ')})`)
  .join(', ')})`;

/** Space between two channels, in pixels of the picture. */
const GAP = 2;
/** Few enough to look through. */
const MOST_CHANNELS = 256;
const MOST_COLUMNS = 64;
const LARGEST_TILE = 96;

interface MapGrid {
  readonly channels: number;
  /** Channels not drawn. */
  readonly left: number;
  readonly columns: number;
  readonly rows: number;
  /** Size of a channel's picture. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** With its gap. */
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
}

/** Preferred size of a channel of this width. */
function tileFor(width: number): number {
  if (width >= 32) return 56;
  if (width >= 16) return 40;
  return width > 1 ? 28 : 16;
}

/** Arranges a layer's channels in `available` pixels: in rows of 1, 2, 4, 8 …, whichever come closest to the preferred size. */
export function gridOf({ channels, height, width }: TensorShape, available: number): MapGrid {
  const drawn = Math.min(channels, MOST_CHANNELS);
  const wanted = tileFor(width);
  const tileOf = (columns: number) =>
    Math.max(1, Math.min(LARGEST_TILE, Math.floor((available + GAP) / columns) - GAP));
  let columns = 1;
  for (let next = 1; next / 2 < drawn && next <= MOST_COLUMNS; next *= 2) {
    const count = Math.min(next, drawn);
    const off = (n: number) => Math.abs(Math.log(tileOf(n) / wanted));
    if (off(count) <= off(columns)) columns = count;
  }
  const tileWidth = tileOf(columns);
  const tileHeight = Math.max(1, Math.round((tileWidth * height) / width));
  const [stepX, stepY] = [tileWidth + GAP, tileHeight + GAP];
  const rows = Math.ceil(drawn / columns);
  return {
    ...{ channels: drawn, left: channels - drawn, columns, rows, tileWidth, tileHeight },
    ...{ stepX, stepY, width: columns * stepX - GAP, height: rows * stepY - GAP },
  };
}

/** Paints values [C, H, W] into `rgba` [grid.height, grid.width, 4], unsmoothed; the gaps stay clear. */
export function paintChannels(
  rgba: Uint8ClampedArray,
  grid: MapGrid,
  { height, width }: TensorShape,
  values: Float32Array,
  extent: number,
): void {
  const { tileWidth, tileHeight } = grid;
  const colours = new Uint8ClampedArray(3 * width * height);
  for (let c = 0; c < grid.channels; c++) {
    const left = (c % grid.columns) * grid.stepX;
    const top = Math.floor(c / grid.columns) * grid.stepY;
    for (let i = 0; i < width * height; i++) {
      colours.set(valueColour(values[c * width * height + i] ?? Number.NaN, extent), 3 * i);
    }
    for (let y = 0; y < tileHeight; y++) {
      const row = Math.floor((y * height) / tileHeight) * width;
      for (let x = 0; x < tileWidth; x++) {
        const from = 3 * (row + Math.floor((x * width) / tileWidth));
        const at = 4 * ((top + y) * grid.width + left + x);
        rgba[at] = colours[from] ?? 0;
        rgba[at + 1] = colours[from + 1] ?? 0;
        rgba[at + 2] = colours[from + 2] ?? 0;
        rgba[at + 3] = 255;
      }
    }
  }
}

/** The channel at a point of the picture; null in a gap or past the last. */
export function channelAt(grid: MapGrid, x: number, y: number): number | null {
  const [column, row] = [Math.floor(x / grid.stepX), Math.floor(y / grid.stepY)];
  const channel = row * grid.columns + column;
  const isInside = x >= 0 && y >= 0 && column < grid.columns && channel < grid.channels;
  return isInside ? channel : null;
}
