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
/** A channel is about this wide. */
const TILE = 48;
/** Enough for any layer's story, and little enough to look through. */
const MOST_CHANNELS = 256;

export interface MapGrid {
  readonly channels: number;
  /** Channels not drawn. */
  readonly left: number;
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the picture for each value, along an edge. */
  readonly zoom: number;
  /** Edge of a channel's picture with its gap. */
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
}

/** How the channels of a layer lie in `width` pixels. Channels of 1×1 are drawn as squares. */
export function gridOf({ channels, height, width }: TensorShape, available: number): MapGrid {
  const drawn = Math.min(channels, MOST_CHANNELS);
  const isPoint = width === 1 && height === 1;
  const tile = isPoint ? 22 : TILE;
  const zoom = Math.max(1, Math.round(tile / width));
  const [stepX, stepY] = [width * zoom + GAP, height * zoom + GAP];
  const columns = Math.max(1, Math.min(drawn, Math.floor((available + GAP) / stepX)));
  const rows = Math.ceil(drawn / columns);
  return {
    ...{ channels: drawn, left: channels - drawn, columns, rows, zoom, stepX, stepY },
    width: columns * stepX - GAP,
    height: rows * stepY - GAP,
  };
}

/** Paints values [C, H, W] into `rgba` [grid.height, grid.width, 4]; the gaps stay clear. */
export function paintChannels(
  rgba: Uint8ClampedArray,
  grid: MapGrid,
  { height, width }: TensorShape,
  values: Float32Array,
  extent: Extent,
): void {
  for (let c = 0; c < grid.channels; c++) {
    const left = (c % grid.columns) * grid.stepX;
    const top = Math.floor(c / grid.columns) * grid.stepY;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = values[(c * height + y) * width + x] ?? Number.NaN;
        const [red, green, blue] = valueColour(value, extent);
        for (let i = 0; i < grid.zoom * grid.zoom; i++) {
          const column = left + x * grid.zoom + (i % grid.zoom);
          const row = top + y * grid.zoom + Math.floor(i / grid.zoom);
          const at = 4 * (row * grid.width + column);
          rgba[at] = red;
          rgba[at + 1] = green;
          rgba[at + 2] = blue;
          rgba[at + 3] = 255;
        }
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
