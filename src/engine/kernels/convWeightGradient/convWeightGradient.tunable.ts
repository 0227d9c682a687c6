/** A convolution's weight gradient as the tuner and the plan see it. */
import { activationLengths, type ConvShape, macs, weightLength } from '../convForward/shape.ts';
import { type Tunable, versionOf } from '../tunable.ts';
import {
  type ConvWeightGradientTile,
  convWeightGradient,
  convWeightGradientCopies,
  convWeightGradientTiles,
} from './convWeightGradient.ts';
import source from './convWeightGradient.wgsl?raw';

export const CONV_WEIGHT_GRADIENT: Tunable<ConvShape, ConvWeightGradientTile> = {
  name: 'convWeightGradient',
  version: versionOf(source),
  dimensions: (shape) => ({ ...shape }),
  macs,
  candidates: convWeightGradientTiles,
  keyOf: ({ channels, vectors, lanes, splits, joined }) =>
    `${joined ? 'joined' : 'copied'}/i${channels}v${vectors}l${lanes}s${splits}`,
  trial(shape, tile) {
    const { input, output } = activationLengths(shape);
    const buffers = { input: 0, outputGradient: 1, partials: 2 };
    const copies = convWeightGradientCopies(shape, tile);
    return {
      calls: [convWeightGradient<number>(shape, buffers, tile)],
      floats: [input, output, copies * weightLength(shape)],
    };
  },
};
