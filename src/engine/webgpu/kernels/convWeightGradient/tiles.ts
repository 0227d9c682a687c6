/** How the gradient of a convolution's weights may be laid out over threads. */

import { macs, outHeight, outWidth, weightLength } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { type ConvShape, workSize } from '../convForward/shape.ts';
import { ceilDiv } from '../kernel.ts';
import { type AdapterTraits, sharingLanes } from '../traits.ts';
import { distinct } from '../tunable.ts';
import type { ChannelLanesTile } from './channelLanes.ts';
import type { ConvWeightGradientTile } from './convWeightGradient.ts';
import { imageLanesTile, MOST_FLOATS, WANTED_THREADS } from './imageLanes.ts';
import { GPU_THREADS, type TiledLanes, type TiledTile, tiledTile } from './tiled.ts';

/** Workgroups that keep a software adapter's threads busy. */
const WANTED_WORKGROUPS = 16;

/** Candidates for a tuner: the default for such an adapter, then what most often beats it. */
export function convWeightGradientTiles(
  shape: ConvShape,
  traits: AdapterTraits,
): ConvWeightGradientTile[] {
  const plain = imageLanesTile(shape);
  if (traits.tiledConvolutions) {
    // So little work that sharing loads is not worth a barrier.
    const isLinear = shape.kernel === 1 && workSize(shape) === 'small';
    return distinct([...(isLinear ? [plain] : []), ...tiledTiles(shape), plain]);
  }
  const { channels, vectors } = plain;
  const byChannel = BY_CHANNEL[traits.directConvolutions](shape, traits);
  return distinct<ConvWeightGradientTile>([
    ...(traits.directConvolutions === 'sharedLoads' || workSize(shape) !== 'small'
      ? byChannel
      : []),
    plain,
    ...byChannel,
    imageLanesTile(shape, { channels, vectors: 2 * vectors }),
    imageLanesTile(shape, { channels: 2 * channels, vectors }),
    imageLanesTile(shape, { channels: Math.ceil(channels / 2), vectors: 2 * vectors }),
    // Fewer threads, but fewer copies to sum; and the other way round.
    imageLanesTile(shape, {}, WANTED_THREADS / 4),
    imageLanesTile(shape, {}, WANTED_THREADS * 4),
  ]);
}

const BY_CHANNEL: Readonly<
  Record<
    AdapterTraits['directConvolutions'],
    (shape: ConvShape, traits: AdapterTraits) => ChannelLanesTile[]
  >
> = {
  plain: () => [],
  unrolled: (shape) => [
    channelLanesTile(shape, {
      ...SUMS[sizeOf(shape)],
      ...(workSize(shape) === 'large' ? {} : FEWER_SUMS[sizeOf(shape)]),
      shared: 0,
    }),
  ],
  sharedLoads: (shape, traits) => [
    channelLanesTile(shape, { ...SHARED_SUMS[sizeOf(shape)], shared: sharingLanes(traits, 8) }),
  ],
};

type KernelSize = 'point' | 'usual' | 'wide';
type Sums = Pick<ChannelLanesTile, 'channels' | 'outputs' | 'columns' | 'images'>;

/** By the taps of the kernel: a thread holds channels × taps × outputs sums. */
const sizeOf = ({ kernel }: ConvShape): KernelSize =>
  kernel === 1 ? 'point' : kernel <= 3 ? 'usual' : 'wide';

/** For GPUs. */
function tiledTiles(shape: ConvShape): TiledTile[] {
  const size = sizeOf(shape);
  const first = TILED[size][bestOf(size, shape)];
  const tiles = [first, ...TILED[size]].map((tile) => tiledTile(shape, tile));
  // Half the threads make half the copies.
  return distinct([...tiles, tiledTile(shape, first, GPU_THREADS / 2)]);
}

/** Position of the default in `TILED`: more sums a thread reuse loads more often, fewer leave work for more threads. */
function bestOf(size: KernelSize, shape: ConvShape): 0 | 1 | 2 {
  const { stride, inChannels, outChannels } = shape;
  if (size === 'point') return Math.min(inChannels, outChannels) >= 256 ? 1 : 0;
  if (size === 'wide' || macs(shape) < 1e8) return 0;
  return stride > 1 || macs(shape) >= 1e9 ? 2 : 1;
}

/** From the left: sums of a thread, images of a load, threads side by side. */
function lanes(
  [channels, outputs, columns]: readonly [number, number, number],
  vector: TiledLanes['vector'],
  [channelLanes, outputLanes, imageLanes]: readonly [number, number, number],
): TiledLanes {
  return {
    lanesAre: 'tiles',
    channels,
    outputs,
    columns,
    vector,
    channelLanes,
    outputLanes,
    imageLanes,
    columnLanes: 1,
  };
}

const TILED: Readonly<
  Record<KernelSize, readonly [TiledLanes, TiledLanes, TiledLanes, ...TiledLanes[]]>
> = {
  point: [
    lanes([4, 8, 2], 4, [8, 4, 4]),
    lanes([8, 8, 1], 4, [8, 8, 4]),
    lanes([4, 4, 2], 4, [8, 8, 4]),
    lanes([8, 16, 1], 4, [8, 4, 4]),
  ],
  usual: [
    lanes([1, 4, 2], 2, [16, 4, 4]),
    lanes([1, 8, 2], 2, [16, 2, 8]),
    lanes([1, 8, 4], 2, [16, 2, 8]),
    lanes([2, 8, 2], 2, [8, 2, 8]),
    lanes([2, 8, 2], 2, [8, 4, 8]),
  ],
  wide: [
    lanes([1, 8, 2], 2, [4, 4, 8]),
    lanes([1, 8, 1], 4, [4, 4, 4]),
    lanes([1, 4, 2], 2, [4, 4, 8]),
  ],
};

const SUMS: Readonly<Record<KernelSize, Sums>> = {
  point: { channels: 8, outputs: 16, columns: 4, images: 4 },
  usual: { channels: 4, outputs: 8, columns: 4, images: 1 },
  wide: { channels: 1, outputs: 4, columns: 4, images: 1 },
};
/** Compiles in half the time. */
const FEWER_SUMS: Readonly<Record<KernelSize, Partial<Sums>>> = {
  point: { channels: 4 },
  usual: { channels: 2 },
  wide: {},
};
/** Where lanes share the loading of output gradients, a thread takes more outputs and fewer channels. */
const SHARED_SUMS: Readonly<Record<KernelSize, Sums>> = {
  point: { channels: 4, outputs: 16, columns: 4, images: 1 },
  usual: { channels: 1, outputs: 16, columns: 4, images: 1 },
  wide: { channels: 1, outputs: 4, columns: 2, images: 1 },
};

function channelLanesTile(shape: ConvShape, wanted: Sums & { shared: number }): ChannelLanesTile {
  const { inChannels, batch } = shape;
  const channels = Math.min(wanted.channels, inChannels);
  const outputs = Math.min(wanted.outputs, padTo4(shape.outChannels));
  const quantum = Math.max(4, wanted.shared);
  const lanes = Math.min(16, quantum * ceilDiv(ceilDiv(inChannels, channels), quantum));
  const workgroups =
    ceilDiv(inChannels, channels * lanes) * ceilDiv(padTo4(shape.outChannels), outputs);
  const rows = outHeight(shape);
  const room = Math.max(1, Math.floor(MOST_FLOATS / weightLength(shape)));
  const parts = Math.min(ceilDiv(WANTED_WORKGROUPS, workgroups), room, rows);
  return {
    lanesAre: 'channels',
    channels,
    outputs,
    columns: Math.min(wanted.columns, outWidth(shape)),
    images: batch % 4 === 0 ? wanted.images : 1,
    lanes,
    splits: ceilDiv(rows, ceilDiv(rows, parts)),
    shared: wanted.shared,
  };
}
