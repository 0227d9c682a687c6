/**
 * The heart of the convolution forward and of its input's gradient: targets [C, H, W, N] that are sums over the source's
 * channels and the kernel's taps.
 *
 * A vector holds four images, so a weight is one number for all its lanes: loaded as a splat. `TILE_CHANNELS` target
 * channels × `TILE_VECTORS` vectors of images of one pixel are summed in registers over all source channels and taps;
 * each vector loaded serves every channel of the tile, each weight every vector. Eight sums are as many as the latency of
 * an addition needs, and leave registers for what is loaded.
 *
 * Taps are a loop, not unrolled: V8's older compiler would load all vectors of an unrolled row first, run out of registers
 * and take half as long again.
 */
import type { FunctionBuilder, Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, type Value, v128 } from '../../wasm/instructions.ts';
import { type Blocks, blocksOf, range } from '../blocks.ts';
import { type Arithmetic, multiplyAdd, VECTOR_BYTES } from '../kernel.ts';
import { type Axis, segmentsOf } from './axis.ts';

const TILE_CHANNELS = 4;
const TILE_VECTORS = 2;

interface ConvTileShape {
  readonly down: Axis;
  readonly across: Axis;
  readonly sourceChannels: number;
  /** Vectors of images in a pixel. */
  readonly vectors: number;
  /** Positions in a row of the target. */
  readonly targetWidth: number;
  /** From one channel to the next, in bytes. */
  readonly targetPlane: number;
  readonly sourcePlane: number;
  /** Bytes from one weight to that of the next channel of the target, channel of the source, kernel column, kernel row. */
  readonly weightStrides: {
    readonly target: number;
    readonly source: number;
    readonly column: number;
    readonly row: number;
  };
}

/** What the sums start from: nothing, the channel's bias, or what the target holds. */
export type Start = { readonly bias: Value<'i32'> } | 'zero' | 'target';

interface RowAddresses {
  /** Of the source's first channel. */
  readonly source: Value<'i32'>;
  /** Of the first target channel's weights. */
  readonly weight: Value<'i32'>;
  /** Of the first target channel's plane. */
  readonly target: Value<'i32'>;
}

/** Emits row `row` (of the axis down) of `channels` channels of the target. */
export function emitRow(
  f: FunctionBuilder,
  shape: ConvTileShape,
  arithmetic: Arithmetic,
  row: Local<'i32'>,
  channels: number,
  addresses: RowAddresses,
  start: Start,
): void {
  const { down, across, sourceChannels, vectors, targetWidth, targetPlane, weightStrides } = shape;
  const pixel = vectors * VECTOR_BYTES;
  const sourceRow = across.sourceLength * pixel;
  const plus = (address: Value<'i32'>, bytes: number) => i32.add(address, i32.const(bytes));
  const scaled = (value: Value<'i32'>, by: number) => i32.mul(value, i32.const(by));

  // Taps of this row: those whose source row exists.
  const first = f.let(plus(scaled(row, down.sourceStep), down.sourceFirst));
  const last = i32.const(down.sourceLength - 1);
  const [low, high] =
    down.tapStep === 1
      ? [i32.sub(i32.const(0), first), i32.sub(last, first)]
      : [i32.sub(first, last), first];
  const firstTapY = f.let(i32.max(i32.const(0), low));
  const endTapY = f.let(i32.min(i32.const(down.taps), plus(high, 1)));
  const tapRows = f.let(i32.max(i32.const(0), i32.sub(endTapY, firstTapY)));

  const firstSourceRow = i32.add(first, scaled(firstTapY, down.tapStep));
  const source = f.let(i32.add(addresses.source, scaled(firstSourceRow, sourceRow)));
  const kernelRow = plus(scaled(firstTapY, down.kernelStep), down.kernelFirst);
  const weight = f.let(i32.add(addresses.weight, scaled(kernelRow, weightStrides.row)));
  const targetRow = plus(scaled(row, down.targetStep), down.targetFirst);
  const target = f.let(i32.add(addresses.target, scaled(targetRow, targetWidth * pixel)));
  // From behind a channel's last row of taps to the next channel's first.
  const sourceRowStep = down.tapStep * sourceRow;
  const weightRowStep = down.kernelStep * weightStrides.row;
  const nextSource = f.let(i32.sub(i32.const(shape.sourcePlane), scaled(tapRows, sourceRowStep)));
  const nextWeight = f.let(
    i32.sub(i32.const(weightStrides.source), scaled(tapRows, weightRowStep)),
  );

  for (const block of blocksOf(channels, TILE_CHANNELS)) {
    const blockWeight = f.let(plus(weight, block.first * weightStrides.target));
    const blockTarget = f.let(plus(target, block.first * targetPlane));
    const bias = typeof start === 'string' ? null : f.let(plus(start.bias, block.first * 4));
    f.times(block.blocks, () => {
      for (const segment of segmentsOf(across)) {
        const sourceX =
          across.sourceFirst + segment.from * across.sourceStep + segment.firstTap * across.tapStep;
        const targetX = across.targetFirst + segment.from * across.targetStep;
        const kernelX = across.kernelFirst + segment.firstTap * across.kernelStep;
        const pixelSource = f.let(plus(source, sourceX * pixel));
        const pixelTarget = f.let(plus(blockTarget, targetX * pixel));
        const pixelWeight = f.let(plus(blockWeight, kernelX * weightStrides.column));
        f.times(segment.to - segment.from, () => {
          for (const images of blocksOf(vectors, TILE_VECTORS)) {
            emitImages(images, block.size, segment.endTap - segment.firstTap, {
              source: pixelSource,
              weight: pixelWeight,
              target: pixelTarget,
              bias,
            });
          }
          f.advance(pixelSource, across.sourceStep * pixel);
          f.advance(pixelTarget, across.targetStep * pixel);
        });
      }
      f.advance(blockWeight, block.size * weightStrides.target);
      f.advance(blockTarget, block.size * targetPlane);
      if (bias !== null) f.advance(bias, block.size * 4);
    });
  }

  /** One pixel of `tileChannels` channels, `images.size` vectors of it at a time. */
  function emitImages(
    images: Blocks,
    tileChannels: number,
    columns: number,
    pixelAt: Record<'source' | 'weight' | 'target', Local<'i32'>> & { bias: Local<'i32'> | null },
  ): void {
    const tileSource = f.let(plus(pixelAt.source, images.first * VECTOR_BYTES));
    const tileTarget = f.let(plus(pixelAt.target, images.first * VECTOR_BYTES));
    f.times(images.blocks, () => {
      const targetOffset = (channel: number, v: number) => channel * targetPlane + v * VECTOR_BYTES;
      const sums = range(tileChannels).map((channel) =>
        range(images.size).map((v) => {
          if (pixelAt.bias !== null) return f.let(v128.loadSplat(pixelAt.bias, 4 * channel));
          return f.let(
            start === 'target' ? v128.load(tileTarget, targetOffset(channel, v)) : f32x4.zero(),
          );
        }),
      );
      emitSums(sums, columns, f.let(tileSource), f.let(pixelAt.weight));
      sums.forEach((vectorsOfChannel, channel) => {
        vectorsOfChannel.forEach((sum, v) => {
          f.store(tileTarget, sum, targetOffset(channel, v));
        });
      });
      f.advance(tileSource, images.size * VECTOR_BYTES);
      f.advance(tileTarget, images.size * VECTOR_BYTES);
    });
  }

  /** sums[channel][vector] += weight · source over all source channels and taps. */
  function emitSums(
    sums: readonly (readonly Local<'v128'>[])[],
    columns: number,
    sourceAt: Local<'i32'>,
    weightAt: Local<'i32'>,
  ): void {
    if (down.taps === 0 || columns === 0) return;
    const madd = multiplyAdd(arithmetic);
    const weightColumn = across.kernelStep * weightStrides.column;
    f.times(sourceChannels, () => {
      f.range(i32.const(0), tapRows, () => {
        f.times(columns, () => {
          const loaded = sums[0]?.map((_, v) => f.let(v128.load(sourceAt, v * VECTOR_BYTES))) ?? [];
          sums.forEach((vectorsOfChannel, channel) => {
            const factor = f.let(v128.loadSplat(weightAt, channel * weightStrides.target));
            vectorsOfChannel.forEach((sum, v) => {
              f.set(sum, madd(loaded[v] ?? factor, factor, sum));
            });
          });
          f.advance(sourceAt, across.tapStep * pixel);
          f.advance(weightAt, weightColumn);
        });
        f.advance(sourceAt, sourceRowStep - columns * across.tapStep * pixel);
        f.advance(weightAt, weightRowStep - columns * weightColumn);
      });
      f.set(sourceAt, i32.add(sourceAt, nextSource));
      f.set(weightAt, i32.add(weightAt, nextWeight));
    });
  }
}
