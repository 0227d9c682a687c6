/**
 * The gradient of a convolution's input: inputGradient [I, H, W, N], the outputs' gradients gathered through all taps that
 * reach a position. With a stride, positions of different remainder (phases) are reached through different taps.
 */
import { type ConvGeometry, outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { i32 } from '../../wasm/instructions.ts';
import { groupsOf, PIECES } from '../blocks.ts';
import { forChannelGroup } from '../channelGroup.ts';
import { gradientAxis } from '../convTile/axis.ts';
import { emitRow } from '../convTile/convTile.ts';
import { type Arithmetic, type CpuKernel, vectorsOf } from '../kernel.ts';
import { planeBytes } from '../plane.ts';

/** A piece is a row of a group of input channels. @param accumulate adds to what `inputGradient` holds. */
export function convInputGradient(
  shape: ConvGeometry,
  accumulate: boolean,
  arithmetic: Arithmetic,
): CpuKernel<'outputGradient' | 'weight' | 'inputGradient'> {
  const { inChannels, inHeight, inWidth, outChannels, kernel, stride, batch } = shape;
  const [height, width] = [outHeight(shape), outWidth(shape)];
  const weightRow = 4 * padTo4(outChannels);
  const channelWeights = kernel * kernel * weightRow;
  const vectors = vectorsOf(batch);
  const inputPlane = planeBytes({ batch, height: inHeight, width: inWidth });
  const { size, groups } = groupsOf(inChannels, 4, PIECES / inHeight);
  return {
    kernel: 'convInputGradient',
    part: 'input gradient',
    isConvolution: true,
    pieces: groups * inHeight,
    tensors: ['outputGradient', 'weight', 'inputGradient'],
    build(f, piece, { outputGradient, weight, inputGradient }) {
      const row = f.let(i32.rem(piece, i32.const(inHeight)));
      const group = f.let(i32.div(piece, i32.const(inHeight)));
      const groupBytes = (bytes: number) => i32.mul(group, i32.const(size * bytes));
      const rowOfPhase = f.let(i32.div(row, i32.const(stride)));
      forChannelGroup(f, group, inChannels, size, (channels) => {
        const addresses = {
          source: outputGradient,
          weight: i32.add(weight, groupBytes(channelWeights)),
          target: i32.add(inputGradient, groupBytes(inputPlane)),
        };
        for (let phaseY = 0; phaseY < stride; phaseY++) {
          const isPhase = i32.equal(i32.rem(row, i32.const(stride)), i32.const(phaseY));
          f.if(isPhase, () => {
            for (let phaseX = 0; phaseX < stride; phaseX++) {
              const tile = {
                down: gradientAxis(shape, phaseY, inHeight, height),
                across: gradientAxis(shape, phaseX, inWidth, width),
                sourceChannels: outChannels,
                vectors,
                targetWidth: inWidth,
                targetPlane: inputPlane,
                sourcePlane: planeBytes({ batch, height, width }),
                weightStrides: {
                  target: channelWeights,
                  source: 4,
                  column: weightRow,
                  row: kernel * weightRow,
                },
              };
              const start = accumulate ? 'target' : 'zero';
              emitRow(f, tile, arithmetic, rowOfPhase, channels, addresses, start);
            }
          });
        }
      });
    },
  };
}
