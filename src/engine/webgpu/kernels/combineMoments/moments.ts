/** BatchNorm's statistics of a channel from what the convolution before it left of its output, tile by tile. */

import { RUNNING_MOMENTUM } from '../../../plan/batchNormConstants.ts';
import {
  countOf,
  type NormShape,
  type StatisticsShape,
} from '../batchNormStatistics/batchNormStatistics.ts';
import { type Constants, ceilDiv } from '../kernel.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './moments.wgsl?raw';

/** What each moment was taken of: the pixels of a tile, in neighbouring images. */
export interface MomentsTile {
  readonly rows: number;
  readonly columns: number;
  readonly images: number;
}

/** How many of them a channel has. */
export const momentsPerChannel = (
  { batch, height, width }: NormShape,
  { rows, columns, images }: MomentsTile,
): number => ceilDiv(width, columns) * ceilDiv(height, rows) * ceilDiv(batch, images);

/** WGSL of `fn momentsOf(channel: u32, lane: u32) -> ChannelMoments`. The kernel binds `moments` and says `LANES`. */
export const MOMENTS_SOURCE = workgroupSum('f32') + source;

/** Constants of `MOMENTS_SOURCE`. */
export const momentsConstants = (shape: StatisticsShape, tile: MomentsTile) =>
  ({
    BATCH: shape.batch,
    HEIGHT: shape.height,
    WIDTH: shape.width,
    ROWS: tile.rows,
    COLUMNS: tile.columns,
    IMAGES: tile.images,
    IMAGE_GROUPS: ceilDiv(shape.batch, tile.images),
    TILES_ACROSS: ceilDiv(shape.width, tile.columns),
    ENTRIES: momentsPerChannel(shape, tile),
    COUNT: countOf(shape),
    EPSILON: { f32: shape.epsilon },
    MOMENTUM: { f32: RUNNING_MOMENTUM },
  }) satisfies Constants;
