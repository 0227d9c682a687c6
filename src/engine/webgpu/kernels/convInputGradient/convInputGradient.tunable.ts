/** A convolution's input gradient as the tuner and the plan see it. */
import { activationLengths, macs, weightLength } from '../../../plan/geometry.ts';
import { type ConvShape, convDimensions } from '../convForward/shape.ts';
import { keyOfTile } from '../convTiled/convTiled.ts';
import tiledSource from '../convTiled/convTiled.wgsl?raw';
import { type Tunable, versionOf } from '../tunable.ts';
import { type ConvInputGradientTile, convInputGradient } from './convInputGradient.ts';
import source from './direct.wgsl?raw';
import { convInputGradientTiles } from './tiles.ts';

export const CONV_INPUT_GRADIENT: Tunable<ConvShape, ConvInputGradientTile> = {
  name: 'convInputGradient',
  version: versionOf(source, tiledSource),
  dimensions: convDimensions,
  macs,
  candidates: convInputGradientTiles,
  keyOf(tile) {
    if (tile.algorithm === 'tiled') return keyOfTile(tile);
    const { columns, rows, channels, lanes, unrolled, turnChannels, shared } = tile;
    return `${unrolled ? `unrolled${turnChannels}` : 'rows'}/c${columns}r${rows}i${channels}l${lanes}s${shared}`;
  },
  trial(shape, tile) {
    const { input, output } = activationLengths(shape);
    const buffers = { outputGradient: 0, weight: 1, inputGradient: 2 };
    return {
      calls: [convInputGradient<number>(shape, buffers, { accumulate: false }, tile)],
      buffers: [output, weightLength(shape), input],
    };
  },
};
