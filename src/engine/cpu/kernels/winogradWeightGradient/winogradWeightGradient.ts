/**
 * The gradient of a 3×3 convolution's transformed filters: copies [parts, 16, I, O4] of it, each the sum over a part of the
 * rows of tiles; `winogradFilterGradient` adds them up and transforms the sum back.
 *
 * Of a chunk of tiles input and outputs' gradient are transformed to [16, I, columns] and [16, O, columns]; an element of
 * the product is the sum over columns and, since lanes are images, over the lanes of a vector.
 */
import type { ConvGeometry } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, type Value, v128 } from '../../wasm/instructions.ts';
import { type Blocks, blocksOf, groupsOf, PIECES, range } from '../blocks.ts';
import { forChannelGroup } from '../channelGroup.ts';
import {
  type Arithmetic,
  type CpuKernel,
  multiplyAdd,
  VECTOR_BYTES,
  vectorsOf,
} from '../kernel.ts';
import { sumLanes } from '../lanes.ts';
import { element, pixelBytes, planeBytes } from '../plane.ts';
import {
  type Chunk,
  type ChunkPlace,
  columnsOf,
  elementBytes,
  emitInputTiles,
  forEachChunk,
  tilesOf,
} from '../winograd/tiles.ts';
import { FREQUENCIES, outputGradientTransform } from '../winograd/transforms.ts';

const TILE_INPUTS = 2;
const TILE_OUTPUTS = 4;
/** Of both transformed tensors of a chunk. */
const CACHE_BYTES = 384 * 1024;
const FEWEST_COLUMNS = 8;
const MOST_COLUMNS = 32;

/** Parts that the rows of tiles are cut into, and groups of input channels; a piece is one of each. */
function partition({ batch, inChannels, outChannels, inHeight, inWidth }: ConvGeometry) {
  const rows = inHeight / 2;
  const parts = groupsOf(rows, 1, Math.min(rows, 8));
  const inputs = groupsOf(inChannels, 16, PIECES / parts.groups);
  const columnBytes = FREQUENCIES * (inputs.size + outChannels) * VECTOR_BYTES;
  const columns = Math.floor(CACHE_BYTES / columnBytes);
  const most = vectorsOf(batch) * (inWidth / 2);
  return {
    ...{ rows, parts, inputs },
    columns: Math.min(most, MOST_COLUMNS, Math.max(FEWEST_COLUMNS, columns)),
  };
}

/** Copies of the transformed filters' gradient that the kernel leaves. */
export const winogradCopies = (shape: ConvGeometry): number => partition(shape).parts.groups;

/** @param geometry one that `isWinograd`. */
export function winogradWeightGradient(
  geometry: ConvGeometry,
  arithmetic: Arithmetic,
): CpuKernel<'input' | 'outputGradient' | 'zeros' | 'copies'> {
  const { inChannels, outChannels } = geometry;
  const shape = tilesOf(geometry);
  const { width } = shape;
  const { rows, parts, inputs, columns } = partition(geometry);
  const outputRow = 4 * padTo4(outChannels);
  /** From one frequency of the result to the next. */
  const resultBytes = inChannels * outputRow;
  const pixel = pixelBytes(shape);
  const plane = planeBytes(shape);
  const madd = multiplyAdd(arithmetic);
  const inputBytes = FREQUENCIES * elementBytes(inputs.size, columns);
  const gradientBytes = FREQUENCIES * elementBytes(outChannels, columns);

  return {
    kernel: 'winogradWeightGradient',
    part: 'weight gradient',
    isConvolution: true,
    pieces: parts.groups * inputs.groups,
    tensors: ['input', 'outputGradient', 'zeros', 'copies'],
    scratchBytes: inputBytes + gradientBytes,
    build(f, piece, { input, outputGradient, zeros, copies }) {
      const part = f.let(i32.div(piece, i32.const(inputs.groups)));
      const group = f.let(i32.rem(piece, i32.const(inputs.groups)));
      const transformed = f.let(f.scratch());
      const gradients = f.let(i32.add(transformed, i32.const(inputBytes)));
      const row = f.let(i32.mul(part, i32.const(parts.size)));
      const endRow = f.let(i32.min(i32.const(rows), i32.add(row, i32.const(parts.size))));
      const source = f.let(element(input, group, inputs.size * plane));
      const result = f.let(
        element(element(copies, part, FREQUENCIES * resultBytes), group, inputs.size * outputRow),
      );
      forChannelGroup(f, group, inChannels, inputs.size, (channels) => {
        emitZeros(f, channels, result);
        f.until(row, endRow, 1, () => {
          const tiles = { row, from: i32.const(0), to: i32.const(width / 2) };
          forEachChunk(f, shape, columns, tiles, (chunk, place) => {
            const target = transformed;
            emitInputTiles(f, shape, chunk, place, { source, channels, zeros, target });
            emitGradientTiles(f, chunk, place, outputGradient, gradients);
            emitProducts(f, channels, columnsOf(chunk), { transformed, gradients, result });
          });
        });
      });
    },
  };

  function emitZeros(f: FunctionBuilder, channels: number, result: Local<'i32'>): void {
    const at = f.let(result);
    f.times(FREQUENCIES, () => {
      f.times((channels * outputRow) / VECTOR_BYTES, () => {
        f.store(at, f32x4.zero());
        f.advance(at, VECTOR_BYTES);
      });
      f.advance(at, resultBytes - channels * outputRow);
    });
  }

  /** A dY Aᵀ of a chunk's 2×2 tiles of the outputs' gradient. */
  function emitGradientTiles(
    f: FunctionBuilder,
    chunk: Chunk,
    { row, tile, vector }: ChunkPlace,
    outputGradient: Value<'i32'>,
    gradients: Value<'i32'>,
  ): void {
    const bytes = elementBytes(outChannels, columnsOf(chunk));
    const target = f.let(gradients);
    const source = f.let(
      i32.add(
        element(outputGradient, row, 2 * width * pixel),
        element(i32.mul(vector, i32.const(VECTOR_BYTES)), tile, 2 * pixel),
      ),
    );
    f.times(outChannels, () => {
      f.times(chunk.tiles, () => {
        f.times(chunk.vectors, () => {
          const at = (y: number, x: number) =>
            f.let(v128.load(source, y * width * pixel + x * pixel));
          const left = outputGradientTransform(at(0, 0), at(1, 0));
          const right = outputGradientTransform(at(0, 1), at(1, 1));
          for (const y of [0, 1, 2, 3] as const) {
            const elements = outputGradientTransform(f.let(left[y]), f.let(right[y]));
            elements.forEach((value, x) => {
              f.store(target, value, (4 * y + x) * bytes);
            });
          }
          f.advance(source, VECTOR_BYTES);
          f.advance(target, VECTOR_BYTES);
        });
        f.advance(source, 2 * pixel - chunk.vectors * VECTOR_BYTES);
      });
      f.advance(source, plane - chunk.tiles * 2 * pixel);
    });
  }

  /** result [16, I, O4] += transformed [16, channels, count] · gradients [16, O, count] */
  function emitProducts(
    f: FunctionBuilder,
    channels: number,
    count: number,
    addresses: Readonly<Record<'transformed' | 'gradients' | 'result', Local<'i32'>>>,
  ): void {
    const columnBytes = count * VECTOR_BYTES;
    const source = f.let(addresses.transformed);
    const gradients = f.let(addresses.gradients);
    const result = f.let(addresses.result);
    f.times(FREQUENCIES, () => {
      for (const { size: inputCount, blocks } of blocksOf(channels, TILE_INPUTS)) {
        f.times(blocks, () => {
          const gradient = f.let(gradients);
          for (const outputs of blocksOf(outChannels, TILE_OUTPUTS)) {
            f.times(outputs.blocks, () => {
              emitSums(f, inputCount, outputs, columnBytes, { source, gradient, result });
              f.advance(gradient, outputs.size * columnBytes);
              f.advance(result, VECTOR_BYTES);
            });
          }
          f.advance(source, inputCount * columnBytes);
          f.advance(result, (inputCount - 1) * outputRow);
        });
      }
      f.advance(source, elementBytes(channels, count) - channels * columnBytes);
      f.advance(gradients, elementBytes(outChannels, count));
      f.advance(result, resultBytes - channels * outputRow);
    });
  }

  function emitSums(
    f: FunctionBuilder,
    inputCount: number,
    outputs: Blocks,
    columnBytes: number,
    addresses: Readonly<Record<'source' | 'gradient' | 'result', Local<'i32'>>>,
  ): void {
    const { result } = addresses;
    const sums = range(inputCount).map(() => range(outputs.size).map(() => f.let(f32x4.zero())));
    const source = f.let(addresses.source);
    const gradient = f.let(addresses.gradient);
    f.until(source, f.let(i32.add(source, i32.const(columnBytes))), VECTOR_BYTES, () => {
      const loaded = sums.map((_, i) => f.let(v128.load(source, i * columnBytes)));
      sums[0]?.forEach((_, o) => {
        const slope = f.let(v128.load(gradient, o * columnBytes));
        sums.forEach((row, i) => {
          const sum = row[o];
          if (sum !== undefined) f.set(sum, madd(loaded[i] ?? slope, slope, sum));
        });
      });
      f.advance(gradient, VECTOR_BYTES);
    });
    sums.forEach((row, i) => {
      const offset = i * outputRow;
      f.store(result, f32x4.add(v128.load(result, offset), sumLanes(row)), offset);
    });
  }
}
