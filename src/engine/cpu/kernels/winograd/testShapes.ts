/** Shapes that the kernels with Winograd's transforms are tested on. */
import type { ConvGeometry } from '../../../plan/geometry.ts';

type TestShape = readonly [name: string, shape: ConvGeometry];

function named(
  batch: number,
  inChannels: number,
  height: number,
  width: number,
  outChannels: number,
): TestShape {
  const conv = { kernel: 3, stride: 1, padding: 1, inHeight: height, inWidth: width };
  const name = `${inChannels}→${outChannels} on ${height}×${width}, batch ${batch}`;
  return [name, { batch, inChannels, outChannels, ...conv }];
}

/** One and several tiles a chunk, all and some images of a tile, remainders of everything; gaps between planes. */
export const WINOGRAD_SHAPES: readonly TestShape[] = [
  named(4, 8, 8, 8, 8),
  named(3, 5, 4, 6, 7),
  named(12, 6, 6, 4, 9),
  named(33, 7, 4, 14, 6),
  named(36, 2, 10, 4, 13),
  named(130, 3, 4, 4, 5),
  named(2, 33, 4, 10, 18),
];
