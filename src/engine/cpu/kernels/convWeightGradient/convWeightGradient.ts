/**
 * The gradient of a convolution's weights: copies [parts, I, kernel, kernel, O4] of it, each the sum over a part of the
 * rows; `sumCopies` adds them up.
 *
 * Lanes are images, so a weight's sum is a vector whose lanes are added up at the very end. `TILE_INPUTS` input channels ×
 * four output channels of one tap are summed in registers, over the rows of a part and all pixels and images in them. The
 * rows of a part are so few that all their channels stay in the cache while every tap of every pair of channels reads them.
 */
import { type ConvGeometry, outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import type { Local } from '../../wasm/functionBuilder.ts';
import { f32x4, i32, type Value, v128 } from '../../wasm/instructions.ts';
import { blocksOf, groupsOf, PIECES, range } from '../blocks.ts';
import { forChannelGroup } from '../channelGroup.ts';
import {
  type Arithmetic,
  type CpuKernel,
  multiplyAdd,
  VECTOR_BYTES,
  vectorsOf,
} from '../kernel.ts';
import { sumLanes } from '../lanes.ts';
import { planeBytes } from '../plane.ts';

const TILE_INPUTS = 2;
const TILE_OUTPUTS = 4;
/** Of a part's rows, all channels of both tensors. */
const CACHE_BYTES = 512 * 1024;

/** Parts that the output's rows are cut into, and groups of input channels; a piece is one of each. */
function partition(shape: ConvGeometry) {
  const { inChannels, inWidth, outChannels, stride, batch } = shape;
  const height = outHeight(shape);
  const pixel = vectorsOf(batch) * VECTOR_BYTES;
  const rowBytes = (stride * inWidth * inChannels + outWidth(shape) * outChannels) * pixel;
  const rows = Math.min(height, Math.max(1, Math.floor(CACHE_BYTES / rowBytes)));
  const parts = groupsOf(height, 1, Math.ceil(height / rows));
  const inputs = groupsOf(inChannels, TILE_INPUTS, PIECES / parts.groups);
  return { parts, inputs };
}

/** Copies of the weights' gradient that the kernel leaves. */
export const weightGradientCopies = (shape: ConvGeometry): number => partition(shape).parts.groups;

export function convWeightGradient(
  shape: ConvGeometry,
  arithmetic: Arithmetic,
): CpuKernel<'input' | 'outputGradient' | 'copies'> {
  const { inChannels, inHeight, inWidth, outChannels, kernel, stride, padding } = shape;
  const [height, width] = [outHeight(shape), outWidth(shape)];
  const { parts, inputs } = partition(shape);
  const pixel = vectorsOf(shape.batch) * VECTOR_BYTES;
  const { batch } = shape;
  const inputPlane = planeBytes({ batch, height: inHeight, width: inWidth });
  const outputPlane = planeBytes({ batch, height, width });
  const tapBytes = 4 * padTo4(outChannels);
  const madd = multiplyAdd(arithmetic);
  const scaled = (value: Value<'i32'>, by: number) => i32.mul(value, i32.const(by));
  const plus = (value: Value<'i32'>, by: number) => i32.add(value, i32.const(by));

  return {
    kernel: 'convWeightGradient',
    part: 'weight gradient',
    isConvolution: true,
    pieces: parts.groups * inputs.groups,
    tensors: ['input', 'outputGradient', 'copies'],
    build(f, piece, { input, outputGradient, copies }) {
      const part = f.let(i32.div(piece, i32.const(inputs.groups)));
      const group = f.let(i32.rem(piece, i32.const(inputs.groups)));
      const firstInput = f.let(scaled(group, inputs.size));
      const firstRow = f.let(scaled(part, parts.size));
      const endRow = f.let(i32.min(i32.const(height), plus(firstRow, parts.size)));
      const weightBytes = kernel * kernel * tapBytes;
      const result = f.let(
        i32.add(
          i32.add(copies, scaled(part, inChannels * weightBytes)),
          scaled(firstInput, weightBytes),
        ),
      );
      forChannelGroup(f, group, inChannels, inputs.size, (channels) => {
        for (const block of blocksOf(channels, TILE_INPUTS)) {
          const channel = f.let(plus(firstInput, block.first));
          const tap = f.let(plus(result, block.first * weightBytes));
          f.times(block.blocks, () => {
            f.times(kernel, (kernelY) => {
              // Output rows whose input row through this tap exists.
              const offset = f.let(plus(kernelY, -padding));
              const from = f.let(i32.max(firstRow, ceilDivided(i32.sub(i32.const(0), offset))));
              const past = i32.sub(i32.const(inHeight), offset);
              const to = f.let(i32.min(endRow, ceilDivided(past)));
              for (let kernelX = 0; kernelX < kernel; kernelX++) {
                emitTap(kernelX, block.size, channel, offset, from, to, tap);
                f.advance(tap, tapBytes);
              }
            });
            f.advance(channel, block.size);
            f.advance(tap, (block.size - 1) * weightBytes);
          });
        }
      });

      /** ⌈value / stride⌉, or less than 1 where that is. */
      function ceilDivided(value: Value<'i32'>): Value<'i32'> {
        return stride === 1
          ? value
          : i32.sub(
              i32.div(plus(value, stride - 1 + stride * kernel), i32.const(stride)),
              i32.const(kernel),
            );
      }

      /** Column `kernelX` of one row of taps, for `count` input channels and all output channels. */
      function emitTap(
        kernelX: number,
        count: number,
        channel: Local<'i32'>,
        offset: Local<'i32'>,
        from: Local<'i32'>,
        to: Local<'i32'>,
        tap: Local<'i32'>,
      ): void {
        const firstX = Math.max(0, Math.ceil((padding - kernelX) / stride));
        const endX = Math.min(width, Math.floor((inWidth - 1 + padding - kernelX) / stride) + 1);
        const inX = firstX * stride - padding + kernelX;
        const inY = i32.add(scaled(from, stride), offset);
        const firstSource = f.let(
          i32.add(
            i32.add(input, scaled(channel, inputPlane)),
            plus(scaled(inY, inWidth * pixel), inX * pixel),
          ),
        );
        const firstGradient = f.let(
          i32.add(outputGradient, plus(scaled(from, width * pixel), firstX * pixel)),
        );
        const destination = f.let(tap);
        for (const outputs of blocksOf(outChannels, TILE_OUTPUTS)) {
          const channelGradient = f.let(firstGradient);
          f.advance(channelGradient, outputs.first * outputPlane);
          f.times(outputs.blocks, () => {
            const sums = range(count).map(() => range(outputs.size).map(() => f.let(f32x4.zero())));
            const source = f.let(firstSource);
            const gradient = f.let(channelGradient);
            if (endX > firstX)
              f.range(from, to, () => {
                emitPixels(sums, source, gradient, endX - firstX);
                f.advance(source, (stride * inWidth - stride * (endX - firstX)) * pixel);
                f.advance(gradient, (width - (endX - firstX)) * pixel);
              });
            sums.forEach((row, i) => {
              f.store(destination, sumLanes(row), i * weightBytes);
            });
            f.advance(channelGradient, outputs.size * outputPlane);
            f.advance(destination, VECTOR_BYTES);
          });
        }
      }

      /** sums[i][o] += input channel i · gradient of output channel o over `pixels` pixels of a row; moves both on. */
      function emitPixels(
        sums: readonly (readonly Local<'v128'>[])[],
        source: Local<'i32'>,
        gradient: Local<'i32'>,
        pixels: number,
      ): void {
        const emitVectors = (bytes: number) => {
          f.until(gradient, f.let(plus(gradient, bytes)), VECTOR_BYTES, () => {
            const inputsHere = sums.map((_, i) => f.let(v128.load(source, i * inputPlane)));
            sums[0]?.forEach((_, o) => {
              const slope = f.let(v128.load(gradient, o * outputPlane));
              sums.forEach((row, i) => {
                const sum = row[o];
                if (sum !== undefined) f.set(sum, madd(inputsHere[i] ?? slope, slope, sum));
              });
            });
            f.advance(source, VECTOR_BYTES);
          });
        };
        if (stride === 1) emitVectors(pixels * pixel);
        else {
          f.times(pixels, () => {
            emitVectors(pixel);
            f.advance(source, (stride - 1) * pixel);
          });
        }
      }
    },
  };
}
