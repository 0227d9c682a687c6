/** A layer's tiles of 2×2 outputs: in which chunks they are visited, and how those of the input are transformed. */
import type { ConvGeometry } from '../../../plan/geometry.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, type Value, type Vector, v128 } from '../../wasm/instructions.ts';
import { blocksOf } from '../blocks.ts';
import { VECTOR_BYTES, vectorsOf } from '../kernel.ts';
import { CACHE_LINE, element, pixelBytes, planeBytes } from '../plane.ts';
import { INPUT_ROWS, inputTransform } from './transforms.ts';

/** Of a layer's images, alike at its input and its output. */
export interface TileShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** @param shape of a convolution that `isWinograd`. */
export const tilesOf = ({ batch, inHeight, inWidth }: ConvGeometry): TileShape => ({
  batch,
  height: inHeight,
  width: inWidth,
});

/** `tiles` neighbouring tiles, of each `vectors` vectors of images: columns [tiles, vectors] of the products. */
export interface Chunk {
  readonly tiles: number;
  readonly vectors: number;
}

/**
 * Bytes from one element of transformed tiles [16, channels, columns] to the next. A gap keeps the 16 from falling on the
 * same lines of the nearest cache.
 */
export const elementBytes = (channels: number, columns: number): number =>
  channels * columns * VECTOR_BYTES + CACHE_LINE;

export const columnsOf = ({ tiles, vectors }: Chunk): number => tiles * vectors;

/** Tiles of a chunk of at most `columns` columns: a divisor of the tiles in a row, so that none are left over. */
export function chunkTiles({ batch, width }: TileShape, columns: number): number {
  let tiles = Math.max(1, Math.min(width / 2, Math.floor(columns / vectorsOf(batch))));
  while ((width / 2) % tiles !== 0) tiles--;
  return tiles;
}

/** Where a chunk lies: its row of tiles, its first tile in that row, its first vector of images. */
export interface ChunkPlace {
  readonly row: Local<'i32'>;
  readonly tile: Local<'i32'>;
  readonly vector: Local<'i32'>;
}

/**
 * Visits tiles `from` … `to` - 1 of a row in chunks of about `columns` columns.
 * @param from, to multiples of `chunkTiles`
 */
export function forEachChunk(
  f: FunctionBuilder,
  shape: TileShape,
  columns: number,
  range: { readonly row: Local<'i32'>; readonly from: Value<'i32'>; readonly to: Value<'i32'> },
  visit: (chunk: Chunk, place: ChunkPlace) => void,
): void {
  const tiles = chunkTiles(shape, columns);
  const vectors = vectorsOf(shape.batch);
  const size = Math.ceil(vectors / Math.ceil(vectors / Math.max(columns, 1)));
  const tile = f.let(range.from);
  f.until(tile, f.let(range.to), tiles, () => {
    const vector = f.let(i32.const(0));
    for (const block of blocksOf(vectors, tiles === 1 ? size : vectors)) {
      f.times(block.blocks, () => {
        visit({ tiles, vectors: block.size }, { row: range.row, tile, vector });
        f.advance(vector, block.size);
      });
    }
  });
}

/** Bytes of zeros that stand in for the row above the first and the one below the last. */
export const zeroBytes = ({ batch }: Pick<TileShape, 'batch'>): number => 4 * pixelBytes({ batch });

interface InputTiles {
  /** Of the first channel's plane. */
  readonly source: Value<'i32'>;
  readonly channels: number;
  /** `zeroBytes` of zeros. */
  readonly zeros: Value<'i32'>;
  /** Of transformed tiles [16, channels, columns]. */
  readonly target: Value<'i32'>;
}

/** The columns of an input tile, from the first one that exists on; null is outside of the image. */
const COLUMNS = {
  first: [null, 0, 1, 2],
  inner: [0, 1, 2, 3],
  last: [0, 1, 2, null],
} as const;

/** Emits Bᵀ d B of a chunk's 4×4 input tiles, each of which begins one pixel above and to the left of its outputs. */
export function emitInputTiles(
  f: FunctionBuilder,
  shape: TileShape,
  chunk: Chunk,
  { row, tile, vector }: ChunkPlace,
  { source, channels, zeros, target }: InputTiles,
): void {
  const { height, width } = shape;
  const pixel = pixelBytes(shape);
  const rowBytes = width * pixel;
  const channelBytes = columnsOf(chunk) * VECTOR_BYTES;
  const stretch = chunk.vectors * VECTOR_BYTES;
  const isTop = f.let(i32.isZero(row));
  const isBottom = f.let(i32.equal(row, i32.const(height / 2 - 1)));
  const firstPixel = f.let(
    i32.add(element(source, row, 2 * rowBytes), i32.mul(vector, i32.const(VECTOR_BYTES))),
  );
  const x = f.let(tile);
  const tileTarget = f.let(target);
  f.times(chunk.tiles, () => {
    f.if(
      i32.isZero(x),
      () => emitTile(COLUMNS.first, 0),
      () =>
        f.if(
          i32.equal(x, i32.const(width / 2 - 1)),
          () => emitTile(COLUMNS.last, 1),
          () => emitTile(COLUMNS.inner, 1),
        ),
    );
    f.advance(x, 1);
    f.advance(tileTarget, stretch);
  });

  /** @param before how many pixels ahead of the outputs `columns` begin. */
  function emitTile(columns: readonly (number | null)[], before: 0 | 1): void {
    const middle = f.let(i32.sub(element(firstPixel, x, 2 * pixel), i32.const(before * pixel)));
    const to = f.let(tileTarget);
    f.times(channels, () => {
      const above = f.let(i32.select(isTop, zeros, i32.sub(middle, i32.const(rowBytes))));
      const below = f.let(i32.select(isBottom, zeros, i32.add(middle, i32.const(2 * rowBytes))));
      const rows = [
        { at: above, offset: 0 },
        { at: middle, offset: 0 },
        { at: middle, offset: rowBytes },
        { at: below, offset: 0 },
      ] as const;
      f.times(chunk.vectors, () => {
        INPUT_ROWS.forEach(({ first, second, combine }, y) => {
          const [a, b] = [rows[first], rows[second]];
          const combined = columns.map((column): Vector => {
            if (column === null) return f32x4.zero();
            const offset = column * pixel;
            return f.let(
              combine(v128.load(a.at, a.offset + offset), v128.load(b.at, b.offset + offset)),
            );
          }) as [Vector, Vector, Vector, Vector];
          inputTransform(combined).forEach((value, column) => {
            f.store(to, value, (4 * y + column) * elementBytes(channels, columnsOf(chunk)));
          });
        });
        for (const address of [above, middle, below, to]) f.advance(address, VECTOR_BYTES);
      });
      f.advance(middle, planeBytes(shape) - stretch);
      f.advance(to, channelBytes - stretch);
    });
  }
}
