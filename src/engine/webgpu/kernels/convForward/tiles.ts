/** How a forward convolution may be laid out over threads. */

import { isLinear, outHeight } from '../../../plan/geometry.ts';
import { forwardGeometry } from '../convTiled/convTiled.ts';
import { convTiles } from '../convTiled/tiles.ts';
import { type AdapterTraits, sharingLanes } from '../traits.ts';
import { distinct } from '../tunable.ts';
import type { ConvForwardTile } from './convForward.ts';
import { type DirectTile, plainTile, tileOf } from './direct.ts';
import { type ConvShape, imageLanes, turnChannels, workSize } from './shape.ts';

/** Candidates for a tuner: the default for such an adapter, then what most often beats it. */
export function convForwardTiles(shape: ConvShape, traits: AdapterTraits): ConvForwardTile[] {
  const direct = [
    ...DEFAULTS[traits.directConvolutions](shape, traits),
    plainTile(shape),
    ...others(shape, traits),
  ];
  const tiled = traits.tiledConvolutions ? convTiles(shape, forwardGeometry(shape)) : [];
  return distinct<ConvForwardTile>(isLinear(shape) ? [...direct, ...tiled] : [...tiled, ...direct]);
}

const DEFAULTS: Readonly<
  Record<
    AdapterTraits['directConvolutions'],
    (shape: ConvShape, traits: AdapterTraits) => DirectTile[]
  >
> = {
  // A linear layer has few threads, each with a long sum: many loads on their way at once, and as many threads as can be.
  plain: (shape) =>
    isLinear(shape)
      ? [
          {
            ...unrolled(shape, { rows: 1, vectors: 1 }),
            turnChannels: largestDivisor(shape.inChannels, 16),
          },
        ]
      : [],
  // Many sums for each load. They take a second or two to compile, which only much work repays.
  unrolled: (shape) =>
    workSize(shape) === 'large' && canUnroll(shape)
      ? [unrolled(shape, shape.stride === 1 ? { rows: 4, vectors: 2 } : { rows: 2, vectors: 4 })]
      : [],
  // Each load compiles to dozens of instructions, so rows of taps stay a loop.
  sharedLoads: (shape, traits) =>
    shape.kernel === 1
      ? [unrolled(shape, { rows: 1, vectors: 4, shared: sharingLanes(traits, 4) })]
      : [tileOf(shape, { columns: 8, vectors: 4, shared: sharingLanes(traits, 4) })],
};

function others(shape: ConvShape, traits: AdapterTraits): DirectTile[] {
  const { columns, vectors } = plainTile(shape);
  const shared = sharingLanes(traits, 4);
  return [
    // More sums reuse every load more often; fewer leave room for more threads.
    ...(canUnroll(shape)
      ? [
          unrolled(shape, { rows: 4, vectors: 2 }),
          unrolled(shape, { rows: 2, vectors: 1 }),
          unrolled(shape, { rows: 2, vectors: 2 }),
        ]
      : []),
    ...(shared === 0 ? [] : [tileOf(shape, { columns: 8, vectors: 4, shared })]),
    tileOf(shape, { columns: 8, vectors: 2 * vectors }),
    tileOf(shape, { columns: 4, vectors: 2 }),
    tileOf(shape, { columns: 4, vectors: 1 }),
    { ...tileOf(shape, { columns, vectors }), lanes: imageLanes(shape.batch, 32) },
    { ...tileOf(shape, { columns, vectors }), lanes: imageLanes(shape.batch, 128) },
  ];
}

/** The largest divisor of `n` that is at most `most`. */
function largestDivisor(n: number, most: number): number {
  let divisor = Math.min(n, most);
  while (n % divisor !== 0) divisor--;
  return divisor;
}

/** A 7×7 kernel would compile for a minute. */
const canUnroll = ({ kernel }: ConvShape): boolean => kernel <= 3;

const unrolled = (
  shape: ConvShape,
  { rows, ...wanted }: { rows: number; vectors: number; shared?: number },
): DirectTile => ({
  ...tileOf(shape, { columns: 8, ...wanted }),
  rows: Math.min(rows, outHeight(shape)),
  unrolled: true,
  turnChannels: turnChannels(shape.inChannels, shape.kernel),
});
