/** A convolution, forward: output [O, outH, outW, N] = weight ∗ input [I, H, W, N], plus the bias if there is one. */
import { type ConvGeometry, outHeight, outWidth } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { i32 } from '../../wasm/instructions.ts';
import { groupsOf, PIECES } from '../blocks.ts';
import { forChannelGroup } from '../channelGroup.ts';
import { forwardAxis } from '../convTile/axis.ts';
import { emitRow } from '../convTile/convTile.ts';
import { type Arithmetic, type CpuKernel, vectorsOf } from '../kernel.ts';
import { planeBytes } from '../plane.ts';

/** A piece is a row of a group of output channels. */
export function convForward(
  shape: ConvGeometry,
  hasBias: boolean,
  arithmetic: Arithmetic,
): CpuKernel<'input' | 'weight' | 'bias' | 'output'> {
  const { inChannels, inHeight, inWidth, outChannels, kernel, batch } = shape;
  const [height, width] = [outHeight(shape), outWidth(shape)];
  const weightRow = 4 * padTo4(outChannels);
  const vectors = vectorsOf(batch);
  const { size, groups } = groupsOf(outChannels, 16, PIECES / height);
  const tile = {
    down: forwardAxis(shape, inHeight, height),
    across: forwardAxis(shape, inWidth, width),
    sourceChannels: inChannels,
    vectors,
    targetWidth: width,
    targetPlane: planeBytes({ batch, height, width }),
    sourcePlane: planeBytes({ batch, height: inHeight, width: inWidth }),
    weightStrides: {
      target: 4,
      source: kernel * kernel * weightRow,
      column: weightRow,
      row: kernel * weightRow,
    },
  };
  return {
    kernel: 'convForward',
    part: 'forward',
    isConvolution: true,
    pieces: groups * height,
    tensors: ['input', 'weight', 'bias', 'output'],
    build(f, piece, { input, weight, bias, output }) {
      const row = f.let(i32.rem(piece, i32.const(height)));
      const group = f.let(i32.div(piece, i32.const(height)));
      const groupBytes = (bytes: number) => i32.mul(group, i32.const(size * bytes));
      forChannelGroup(f, group, outChannels, size, (channels) => {
        const addresses = {
          source: input,
          weight: i32.add(weight, groupBytes(4)),
          target: i32.add(output, groupBytes(tile.targetPlane)),
        };
        const start = hasBias ? { bias: i32.add(bias, groupBytes(4)) } : 'zero';
        emitRow(f, tile, arithmetic, row, channels, addresses, start);
      });
    },
  };
}
