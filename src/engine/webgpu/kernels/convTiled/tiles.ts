/** Which tiles are worth trying on a GPU. */
import type { ConvShape } from '../convForward/shape.ts';
import { ceilDiv } from '../kernel.ts';
import { WORKGROUP_BYTES, WORKGROUP_LANES } from '../limits.ts';
import {
  type ConvTile,
  lanesOf,
  stagedVectors,
  type TiledGeometry,
  workgroupBytes,
} from './convTiled.ts';

/** Fewer threads leave a large GPU idle: then more of them share out the channels summed over. */
const WANTED_THREADS = 2 ** 15;
/** Channels that a slice sums over. */
const LEAST_DEPTH = 8;
/** vec4f of source and weights that a thread holds in registers on their way to workgroup memory. */
const MOST_PIECES = 16;

type Wish = Omit<ConvTile, 'algorithm' | 'imageLanes' | 'slices' | 'turn'> & {
  readonly images?: number;
};

/** Among the best of some hundred tiles a shape, on an NVIDIA H100 with ResNet-20 at batch 32 and 128. */
const WISHES: readonly Wish[] = [
  { columnLanes: 4, threadColumns: 1, rows: 2, channelLanes: 2, threadVectors: 2 },
  { columnLanes: 4, threadColumns: 2, rows: 1, channelLanes: 2, threadVectors: 2 },
  { columnLanes: 4, threadColumns: 1, rows: 1, channelLanes: 2, threadVectors: 2 },
  { columnLanes: 2, threadColumns: 2, rows: 2, channelLanes: 4, threadVectors: 1 },
  { columnLanes: 4, threadColumns: 4, rows: 1, channelLanes: 2, threadVectors: 2 },
  { columnLanes: 8, threadColumns: 1, rows: 1, channelLanes: 2, threadVectors: 2, images: 4 },
];

/**
 * The default first. Empty if the batch is not a multiple of 4, as four images are one vector, and if an
 * adapter's workgroup memory holds too little.
 */
export function convTiles(shape: ConvShape, geometry: TiledGeometry): ConvTile[] {
  if (shape.batch % 4 !== 0) return [];
  return WISHES.flatMap((wish, i) => {
    const tile = fitted(shape, geometry, wish);
    const sliced = [tile, ...(i === 0 ? [twice(tile), half(tile)] : [])];
    return sliced.flatMap((each) => withTurn(shape, geometry, each) ?? []);
  });
}

/** `wish`, no larger than the shape. */
function fitted({ batch }: ConvShape, geometry: TiledGeometry, wish: Wish): ConvTile {
  const { images = 8, ...wanted } = wish;
  const threadColumns = Math.min(wanted.threadColumns, geometry.width);
  const vectors = ceilDiv(geometry.made, 4);
  const threadVectors = Math.min(wanted.threadVectors, vectors);
  const tile = {
    algorithm: 'tiled' as const,
    imageLanes: Math.min(images, batch / 4),
    threadColumns,
    columnLanes: Math.min(wanted.columnLanes, ceilDiv(geometry.width, threadColumns)),
    rows: Math.min(wanted.rows, geometry.height),
    threadVectors,
    channelLanes: Math.min(wanted.channelLanes, ceilDiv(vectors, threadVectors)),
    slices: 1,
    turn: 1,
  };
  const values = batch * geometry.made * geometry.height * geometry.width * geometry.classes;
  const threads = values / (16 * tile.threadColumns * tile.threadVectors);
  if (threads >= WANTED_THREADS) return tile;
  // The slices' sums pass through workgroup memory: fewer rows leave room for them.
  const low = { ...tile, rows: 1 };
  const isEnough = (slices: number) =>
    threads * slices >= WANTED_THREADS ||
    2 * slices * lanesOf(low) > WORKGROUP_LANES ||
    LEAST_DEPTH * 2 * slices > geometry.depth;
  const slices = [1, 2, 4, 8].find(isEnough) ?? 8;
  return { ...low, slices };
}

const twice = (tile: ConvTile): ConvTile => ({ ...tile, slices: 2 * tile.slices });
const half = (tile: ConvTile): ConvTile => ({ ...tile, slices: Math.max(1, tile.slices / 2) });

/** With as many channels a turn as fit into workgroup memory; null where not even one does. */
function withTurn(shape: ConvShape, geometry: TiledGeometry, tile: ConvTile): ConvTile | null {
  if (lanesOf(tile) > WORKGROUP_LANES) return null;
  for (const turn of [8, 4, 2, 1]) {
    if (turn > 1 && turn * tile.slices > geometry.depth) continue;
    const full = { ...tile, turn };
    const fits = workgroupBytes(shape, geometry, full) <= WORKGROUP_BYTES;
    if (fits && stagedVectors(geometry, full) <= MOST_PIECES) return full;
  }
  return null;
}
