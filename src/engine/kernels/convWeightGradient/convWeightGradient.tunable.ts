/** A convolution's weight gradient as the tuner and the plan see it. */

import { chunksOf, packChunks } from '../chunks.ts';
import { activationLengths, type ConvShape, macs, weightLength } from '../convForward/shape.ts';
import { sumPartials } from '../sumPartials/sumPartials.ts';
import { type Tunable, versionOf } from '../tunable.ts';
import channelLanes from './channelLanes.wgsl?raw';
import {
  type ConvWeightGradientTile,
  convWeightGradient,
  convWeightGradientCopies,
} from './convWeightGradient.ts';
import imageLanes from './imageLanes.wgsl?raw';
import { convWeightGradientTiles } from './tiles.ts';

export const CONV_WEIGHT_GRADIENT: Tunable<ConvShape, ConvWeightGradientTile> = {
  name: 'convWeightGradient',
  version: versionOf(imageLanes, channelLanes),
  dimensions: (shape) => ({ ...shape }),
  macs,
  candidates: convWeightGradientTiles,
  keyOf,
  trial(shape, tile) {
    const { input, output } = activationLengths(shape);
    const buffers = { input: 0, outputGradient: 1, partials: 2 };
    const copies = convWeightGradientCopies(shape, tile);
    const length = weightLength(shape);
    const gradient = convWeightGradient<number>(shape, buffers, tile);
    // More copies take longer to sum; a single one is the sum.
    if (copies === 1) return { calls: [gradient], buffers: [input, output, length] };
    const chunks = chunksOf(length, 0, { offset: 0, copies });
    const sums = { chunkTable: 3, partials: 2, gradients: 4, chunkSquares: 5 };
    return {
      calls: [gradient, sumPartials<number>({ chunks: chunks.length }, sums)],
      buffers: [input, output, copies * length, packChunks(chunks), length, chunks.length],
    };
  },
};

function keyOf(tile: ConvWeightGradientTile): string {
  const { channels, lanes, splits } = tile;
  if (tile.lanesAre === 'channels') {
    const { outputs, columns, images, shared } = tile;
    return `channels/i${channels}o${outputs}c${columns}n${images}l${lanes}p${splits}s${shared}`;
  }
  return `${tile.joined ? 'joined' : 'copied'}/i${channels}v${tile.vectors}l${lanes}p${splits}`;
}
