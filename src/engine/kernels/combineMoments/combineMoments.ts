/** BatchNorm's statistics from what the convolution before it left of its output, tile by tile. */
import {
  countOf,
  EPSILON,
  lanesFor,
  type NormShape,
  RUNNING_MOMENTUM,
  type StatisticsBindings,
} from '../batchNormStatistics/batchNormStatistics.ts';
import { ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './combineMoments.wgsl?raw';

/** What the convolution summed in one go: pixels of a tile, in neighbouring images. */
export interface MomentsTile {
  readonly rows: number;
  readonly columns: number;
  readonly images: number;
}

/** `moments` as `convForward` leaves them; otherwise as `batchNormStatistics`. */
export function combineMoments<B>(
  shape: NormShape,
  { rows, columns, images }: MomentsTile,
  buffers: Omit<StatisticsBindings<B>, 'input'> & { readonly moments: B },
): KernelCall<B> {
  const { batch, channels, height, width } = shape;
  const across = ceilDiv(width, columns);
  const tiles = across * ceilDiv(height, rows);
  const groups = ceilDiv(batch, images);
  const constants = {
    BATCH: batch,
    IMAGES: images,
    IMAGE_GROUPS: groups,
    HEIGHT: height,
    WIDTH: width,
    ROWS: rows,
    COLUMNS: columns,
    TILES_ACROSS: across,
    TILES: tiles,
    COUNT: countOf(shape),
    LANES: lanesFor(tiles * groups),
    EPSILON: { f32: EPSILON },
    MOMENTUM: { f32: RUNNING_MOMENTUM },
  };
  const { moments, mean, rstd, runningMean, runningVar } = buffers;
  return {
    kernel: 'combineMoments',
    code: withConstants(constants, workgroupSum('f32') + source),
    bindings: [moments, mean, rstd, runningMean, runningVar],
    workgroups: [channels, 1, 1],
  };
}
