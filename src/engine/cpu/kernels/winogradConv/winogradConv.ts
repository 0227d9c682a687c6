/**
 * A 3×3 convolution of stride 1 by Winograd's transforms, forward or for the input's gradient: target [T, H, W, N] of
 * source [S, H, W, N] and `winogradFilters` of its weights.
 *
 * Of a chunk of tiles the input is transformed to [16, S, columns], multiplied by the filters to [16, T, columns], and
 * transformed back. A vector holds four images, so a filter's element is one number for all its lanes: loaded as a splat.
 */
import type { ConvGeometry } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, type Value, type Vector, v128 } from '../../wasm/instructions.ts';
import { blocksOf, groupsOf, PIECES, range } from '../blocks.ts';
import { type Arithmetic, type CpuKernel, multiplyAdd, VECTOR_BYTES } from '../kernel.ts';
import { CACHE_LINE, element, pixelBytes, planeBytes } from '../plane.ts';
import {
  type Chunk,
  type ChunkPlace,
  chunkTiles,
  columnsOf,
  elementBytes,
  emitInputTiles,
  forEachChunk,
  tilesOf,
} from '../winograd/tiles.ts';
import { type Direction, FREQUENCIES, four, outputTransform } from '../winograd/transforms.ts';

/** Columns of a chunk: what is read again and again stays in the nearest cache. */
const COLUMNS = 8;
/** Target channels, as many as `winogradFilters` puts side by side, and columns that are summed in registers at a time. */
const TILE_CHANNELS = 4;
const TILE_COLUMNS = 2;

/** What the sums start from: nothing, each channel's bias, or what the target holds. */
type Start = 'zero' | 'bias' | 'target';

/** @param geometry one that `isWinograd`; its input is the target where `direction` is `inputGradient`. */
export function winogradConv(
  geometry: ConvGeometry,
  direction: Direction,
  start: Start,
  arithmetic: Arithmetic,
): CpuKernel<'source' | 'filters' | 'bias' | 'zeros' | 'target'> {
  const { inChannels, outChannels } = geometry;
  const shape = tilesOf(geometry);
  const { height, width } = shape;
  const isForward = direction === 'forward';
  const [sourceChannels, targetChannels] = isForward
    ? [inChannels, outChannels]
    : [outChannels, inChannels];
  /** From four channels of the target to the next four: see `winogradFilters`. */
  const filterBlock = (isForward ? inChannels : padTo4(outChannels)) * VECTOR_BYTES;
  const pixel = pixelBytes(shape);
  const plane = planeBytes(shape);
  const madd = multiplyAdd(arithmetic);

  const unit = chunkTiles(shape, COLUMNS);
  const { size, groups } = groupsOf(width / 2, unit, PIECES / (height / 2));

  const sourceBytes = FREQUENCIES * elementBytes(sourceChannels, COLUMNS);
  const targetBytes = FREQUENCIES * elementBytes(targetChannels, COLUMNS);

  return {
    kernel: isForward ? 'winogradForward' : 'winogradInputGradient',
    part: isForward ? 'forward' : 'input gradient',
    isConvolution: true,
    pieces: groups * (height / 2),
    tensors: ['source', 'filters', 'bias', 'zeros', 'target'],
    scratchBytes: sourceBytes + targetBytes,
    build(f, piece, { source, filters, bias, zeros, target }) {
      const transformed = f.let(f.scratch());
      const products = f.let(i32.add(transformed, i32.const(sourceBytes)));
      const row = f.let(i32.div(piece, i32.const(groups)));
      const from = i32.mul(i32.rem(piece, i32.const(groups)), i32.const(size));
      const to = i32.min(i32.const(width / 2), i32.add(from, i32.const(size)));
      forEachChunk(f, shape, COLUMNS, { row, from, to }, (chunk, place) => {
        emitInputTiles(f, shape, chunk, place, {
          ...{ source, channels: sourceChannels, zeros, target: transformed },
        });
        emitProducts(f, columnsOf(chunk), { transformed, filters, products });
        emitOutputTiles(f, chunk, place, { products, bias, target });
      });
    },
  };

  /** products [16, T, count] = filters · transformed [16, S, count] */
  function emitProducts(
    f: FunctionBuilder,
    count: number,
    addresses: Readonly<Record<'transformed' | 'filters' | 'products', Local<'i32'>>>,
  ): void {
    const columnBytes = count * VECTOR_BYTES;
    const [transformed, filters, products] = [
      f.let(addresses.transformed),
      f.let(addresses.filters),
      f.let(addresses.products),
    ];
    f.times(FREQUENCIES, () => {
      for (const channels of blocksOf(targetChannels, TILE_CHANNELS)) {
        f.times(channels.blocks, () => {
          const at = f.let(transformed);
          for (const block of blocksOf(count, TILE_COLUMNS)) {
            f.times(block.blocks, () => {
              emitSums(f, channels.size, block.size, columnBytes, { at, filters, products });
              f.advance(at, block.size * VECTOR_BYTES);
              f.advance(products, block.size * VECTOR_BYTES);
            });
          }
          f.advance(filters, filterBlock);
          f.advance(products, (channels.size - 1) * columnBytes);
        });
      }
      f.advance(filters, CACHE_LINE);
      f.advance(transformed, elementBytes(sourceChannels, count));
      f.advance(products, elementBytes(targetChannels, count) - targetChannels * columnBytes);
    });
  }

  /** Channels are a loop, not unrolled: see `convTile`. */
  function emitSums(
    f: FunctionBuilder,
    channels: number,
    columns: number,
    columnBytes: number,
    { at, filters, products }: Readonly<Record<'at' | 'filters' | 'products', Local<'i32'>>>,
  ): void {
    const sums = range(channels).map(() => range(columns).map(() => f.let(f32x4.zero())));
    const source = f.let(at);
    const factor = f.let(filters);
    f.times(sourceChannels, () => {
      const loaded = range(columns).map((v) => f.let(v128.load(source, v * VECTOR_BYTES)));
      sums.forEach((sumsOfChannel, channel) => {
        const weight = f.let(v128.loadSplat(factor, 4 * channel));
        sumsOfChannel.forEach((sum, v) => {
          f.set(sum, madd(loaded[v] ?? weight, weight, sum));
        });
      });
      f.advance(source, columnBytes);
      f.advance(factor, VECTOR_BYTES);
    });
    sums.forEach((sumsOfChannel, channel) => {
      sumsOfChannel.forEach((sum, v) => {
        f.store(products, sum, channel * columnBytes + v * VECTOR_BYTES);
      });
    });
  }

  /** The 2×2 outputs of all tiles: Aᵀ m A, plus what they start from. */
  function emitOutputTiles(
    f: FunctionBuilder,
    chunk: Chunk,
    { row, tile, vector }: ChunkPlace,
    addresses: Readonly<Record<'products' | 'bias' | 'target', Local<'i32'>>>,
  ): void {
    const stretch = chunk.vectors * VECTOR_BYTES;
    const frequency = elementBytes(targetChannels, columnsOf(chunk));
    const products = f.let(addresses.products);
    const bias = f.let(addresses.bias);
    const target = f.let(
      i32.add(
        element(addresses.target, row, 2 * width * pixel),
        element(i32.mul(vector, i32.const(VECTOR_BYTES)), tile, 2 * pixel),
      ),
    );
    f.times(targetChannels, () => {
      const offset = start === 'bias' ? f.let(v128.loadSplat(bias)) : null;
      f.times(chunk.tiles, () => {
        f.times(chunk.vectors, () => {
          const columns = four((x) => {
            const [upper, lower] = outputTransform(
              four((y) => f.let(v128.load(products, (4 * y + x) * frequency))),
            );
            return [f.let(upper), f.let(lower)] as const;
          });
          for (const y of [0, 1] as const) {
            const values = four((x) => columns[x][y]);
            outputTransform(values).forEach((value, x) => {
              const at = y * width * pixel + x * pixel;
              f.store(target, started(value, target, at, offset), at);
            });
          }
          f.advance(products, VECTOR_BYTES);
          f.advance(target, VECTOR_BYTES);
        });
        f.advance(target, 2 * pixel - stretch);
      });
      f.advance(target, plane - chunk.tiles * 2 * pixel);
      if (offset !== null) f.advance(bias, 4);
    });
  }

  function started(
    value: Vector,
    target: Local<'i32'>,
    at: number,
    offset: Vector | null,
  ): Value<'v128'> {
    if (offset !== null) return f32x4.add(value, offset);
    return start === 'target' ? f32x4.add(v128.load(target, at), value) : value;
  }
}
