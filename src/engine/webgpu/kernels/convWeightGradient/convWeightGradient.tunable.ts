/** A convolution's weight gradient as the tuner and the plan see it. */

import { activationLengths, macs, weightLength } from '../../../plan/geometry.ts';
import { type ConvShape, convDimensions } from '../convForward/shape.ts';
import normalize from '../normalize.wgsl?raw';
import { packPieces, piecesOf } from '../sumPartials/pieces.ts';
import { sumPartials } from '../sumPartials/sumPartials.ts';
import sumPartialsSource from '../sumPartials/sumPartials.wgsl?raw';
import { type Tunable, versionOf } from '../tunable.ts';
import channelLanes from './channelLanes.wgsl?raw';
import {
  type ConvWeightGradientTile,
  convWeightGradient,
  convWeightGradientCopies,
} from './convWeightGradient.ts';
import imageLanes from './imageLanes.wgsl?raw';
import tiled from './tiled.wgsl?raw';
import { convWeightGradientTiles } from './tiles.ts';

export const CONV_WEIGHT_GRADIENT: Tunable<ConvShape, ConvWeightGradientTile> = {
  name: 'convWeightGradient',
  version: versionOf(imageLanes, channelLanes, tiled, normalize, sumPartialsSource),
  dimensions: convDimensions,
  macs,
  candidates: convWeightGradientTiles,
  keyOf,
  trial(shape, tile, { sumLanes }) {
    const { input, output } = activationLengths(shape);
    const buffers = { input: 0, outputGradient: 1, partials: 2 };
    const copies = convWeightGradientCopies(shape, tile);
    const length = weightLength(shape);
    const gradient = convWeightGradient<number>(shape, buffers, tile);
    // Summing the copies takes time too; a single copy is the sum.
    if (copies === 1) return { calls: [gradient], buffers: [input, output, length] };
    const pieces = piecesOf({ length, offset: 0 }, { copies, copyOffset: 0 }, sumLanes);
    const sums = { pieceTable: 3, copies: 2, gradients: 4 };
    return {
      calls: [gradient, sumPartials<number>({ pieces: pieces.length, lanes: sumLanes }, sums)],
      buffers: [input, output, copies * length, packPieces(pieces, sumLanes), length],
    };
  },
};

function keyOf(tile: ConvWeightGradientTile): string {
  switch (tile.lanesAre) {
    case 'tiles': {
      const { channels, outputs, columns, vector, stripParts, rowParts } = tile;
      const lanes = `${tile.channelLanes}x${tile.outputLanes}x${tile.imageLanes}x${tile.columnLanes}`;
      return `tiled/i${channels}o${outputs}c${columns}n${vector}l${lanes}p${stripParts}x${rowParts}`;
    }
    case 'channels': {
      const { channels, outputs, columns, images, lanes, splits, shared } = tile;
      return `channels/i${channels}o${outputs}c${columns}n${images}l${lanes}p${splits}s${shared}`;
    }
    case 'images': {
      const { channels, vectors, lanes, splits, joined } = tile;
      return `${joined ? 'joined' : 'copied'}/i${channels}v${vectors}l${lanes}p${splits}`;
    }
  }
}
