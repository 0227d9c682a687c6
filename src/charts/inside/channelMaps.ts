/** Channels of a layer's output as small pictures in rows: blue below zero, black at zero, orange above. */
import type { TensorShape } from '../../model/graph.ts';

/** Values at which blue and orange are at their brightest: −extent and +extent. */
export type Extent = number;

type Colour = readonly [number, number, number];

/** From zero outwards, in equal steps of |value|; lightness grows alike on both sides. */
const POSITIVE: readonly Colour[] = [
  [10, 11, 13],
  [88, 46, 10],
  [186, 98, 8],
  [245, 170, 50],
  [255, 240, 205],
];
const NEGATIVE: readonly Colour[] = [
  [10, 11, 13],
  [12, 56, 92],
  [18, 104, 166],
  [86, 172, 232],
  [214, 240, 255],
];

export function valueColour(value: number, extent: Extent): Colour {
  if (!Number.isFinite(value)) return [138, 138, 138];
  const scale = value < 0 ? NEGATIVE : POSITIVE;
  const share = extent > 0 ? Math.min(1, Math.abs(value) / extent) : 0;
  const at = share * (scale.length - 1);
  const below = Math.min(scale.length - 2, Math.floor(at));
  const [a, b] = [scale[below] ?? NO_COLOUR, scale[below + 1] ?? NO_COLOUR];
  const mix = (c: 0 | 1 | 2) => Math.round(a[c] + (at - below) * (b[c] - a[c]));
  return [mix(0), mix(1), mix(2)];
}

const NO_COLOUR: Colour = [0, 0, 0];

/** A CSS gradient of the scale, from −extent to +extent. */
export const SCALE_GRADIENT = `linear-gradient(90deg, ${[
  ...NEGATIVE.toReversed(),
  ...POSITIVE.slice(1),
]
  .map((colour) => `rgb(${colour.join(' ')})`)
  .join(', ')})`;

/** Space between two channels, in pixels of the picture. */
const GAP = 2;
/** Enough for any layer's story, and little enough to look through. */
const MOST_CHANNELS = 256;
const MOST_COLUMNS = 64;
const LARGEST_TILE = 96;

export interface MapGrid {
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

/** How large a channel of this width is drawn where there is room. */
function tileFor(width: number): number {
  if (width >= 32) return 56;
  if (width >= 16) return 40;
  return width > 1 ? 28 : 16;
}

/** How the channels of a layer lie in `width` pixels: rows of 1, 2, 4, 8 …, whichever makes pictures of the best size. */
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
  extent: Extent,
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
