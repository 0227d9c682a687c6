/** Forward convolution as the tuner and the plan see it. */
import { type Tunable, versionOf } from '../tunable.ts';
import { type ConvForwardTile, convForward } from './convForward.ts';
import source from './convForward.wgsl?raw';
import { activationLengths, type ConvShape, convDimensions, macs, weightLength } from './shape.ts';
import { convForwardTiles } from './tiles.ts';

export const CONV_FORWARD: Tunable<ConvShape, ConvForwardTile> = {
  name: 'convForward',
  version: versionOf(source),
  dimensions: convDimensions,
  macs,
  candidates: convForwardTiles,
  keyOf: ({ columns, rows, vectors, lanes, unrolled, turnChannels, shared }) =>
    `${unrolled ? `unrolled${turnChannels}` : 'rows'}/c${columns}r${rows}v${vectors}l${lanes}s${shared}`,
  trial(shape, tile) {
    const { input, output } = activationLengths(shape);
    const buffers = { input: 0, weight: 1, bias: null, output: 2 };
    return {
      calls: [convForward<number>(shape, buffers, tile)],
      buffers: [input, weightLength(shape), output],
    };
  },
};
