/** Forward convolution as the tuner and the plan see it. */

import { activationLengths, macs, weightLength } from '../../../plan/geometry.ts';
import { keyOfTile } from '../convTiled/convTiled.ts';
import tiledSource from '../convTiled/convTiled.wgsl?raw';
import normalize from '../normalize.wgsl?raw';
import { type Tunable, versionOf } from '../tunable.ts';
import { type ConvForwardTile, convForward } from './convForward.ts';
import source from './direct.wgsl?raw';
import { type ConvShape, convDimensions } from './shape.ts';
import { convForwardTiles } from './tiles.ts';

export const CONV_FORWARD: Tunable<ConvShape, ConvForwardTile> = {
  name: 'convForward',
  version: versionOf(source, tiledSource, normalize),
  dimensions: convDimensions,
  macs,
  candidates: convForwardTiles,
  keyOf(tile) {
    if (tile.algorithm === 'tiled') return keyOfTile(tile);
    const { columns, rows, vectors, lanes, unrolled, turnChannels, shared } = tile;
    return `${unrolled ? `unrolled${turnChannels}` : 'rows'}/c${columns}r${rows}v${vectors}l${lanes}s${shared}`;
  },
  trial(shape, tile) {
    const { input, output } = activationLengths(shape);
    const buffers = { input: 0, weight: 1, bias: null, output: 2 };
    return {
      calls: [convForward<number>(shape, buffers, tile)],
      buffers: [input, weightLength(shape), output],
    };
  },
};
