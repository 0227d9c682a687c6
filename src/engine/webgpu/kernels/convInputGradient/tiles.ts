/** How the gradient of a convolution's input may be laid out over threads. */

import { isLinear } from '../../../plan/geometry.ts';
import { type ConvShape, imageLanes, turnChannels, workSize } from '../convForward/shape.ts';
import { inputGradientGeometry } from '../convTiled/convTiled.ts';
import { convTiles } from '../convTiled/tiles.ts';
import { type AdapterTraits, sharingLanes } from '../traits.ts';
import { distinct } from '../tunable.ts';
import type { ConvInputGradientTile } from './convInputGradient.ts';
import { type DirectTile, plainTile, tileOf } from './direct.ts';

/** Candidates for a tuner: the default for such an adapter, then what most often beats it. */
export function convInputGradientTiles(
  shape: ConvShape,
  traits: AdapterTraits,
): ConvInputGradientTile[] {
  const direct = [
    ...DEFAULTS[traits.directConvolutions](shape, traits),
    plainTile(shape),
    ...others(shape, traits),
  ];
  const tiled = traits.tiledConvolutions ? convTiles(shape, inputGradientGeometry(shape)) : [];
  return distinct<ConvInputGradientTile>(
    isLinear(shape) ? [...direct, ...tiled] : [...tiled, ...direct],
  );
}

const DEFAULTS: Readonly<
  Record<
    AdapterTraits['directConvolutions'],
    (shape: ConvShape, traits: AdapterTraits) => DirectTile[]
  >
> = {
  plain: () => [],
  unrolled: (shape) => {
    if (workSize(shape) !== 'large') return [];
    return canUnroll(shape)
      ? [unrolled(shape, { rows: 4, channels: 8 })]
      : [tileOf(shape, { columns: 8, channels: 16 })];
  },
  sharedLoads: (shape, traits) =>
    shape.kernel === 1 && shape.stride === 1
      ? [unrolled(shape, { rows: 1, channels: 16, shared: sharingLanes(traits, 8) })]
      : [tileOf(shape, { columns: 8, channels: 16, shared: sharingLanes(traits, 8) })],
};

function others(shape: ConvShape, traits: AdapterTraits): DirectTile[] {
  const { columns, channels } = plainTile(shape);
  const shared = sharingLanes(traits, 4);
  const direct = [
    ...(shared === 0 ? [] : [tileOf(shape, { columns: 8, channels: 16, shared })]),
    // More sums reuse every load more often; fewer leave room for more threads.
    tileOf(shape, { columns: 8, channels: 2 * channels }),
    tileOf(shape, { columns: 4, channels: 8 }),
    tileOf(shape, { columns: 4, channels: 4 }),
    { ...tileOf(shape, { columns, channels }), lanes: imageLanes(shape.batch, 32) },
    { ...tileOf(shape, { columns, channels }), lanes: imageLanes(shape.batch, 128) },
  ];
  if (!canUnroll(shape)) return direct;
  return [
    unrolled(shape, { rows: 4, channels: 8 }),
    unrolled(shape, { rows: 2, channels: 4 }),
    unrolled(shape, { rows: 2, channels: 8 }),
    ...direct,
  ];
}

/** A 7×7 kernel would compile for a minute. */
const canUnroll = ({ kernel, stride }: ConvShape): boolean => kernel <= 3 && stride === 1;

const unrolled = (
  shape: ConvShape,
  { rows, ...wanted }: { rows: number; channels: number; shared?: number },
): DirectTile => ({
  ...tileOf(shape, { columns: 8, ...wanted }),
  rows: Math.min(rows, shape.inHeight),
  unrolled: true,
  turnChannels: turnChannels(shape.outChannels, shape.kernel),
});
