import type { PlaneShape } from '../kernels/plane.ts';

const plane = (batch: number, channels: number, height: number, width: number): PlaneShape => ({
  batch,
  channels,
  height,
  width,
});

/** Planes that kernels are tested on which go value by value: full vectors and not, rows of every remainder. */
export const PLANES: readonly (readonly [string, PlaneShape])[] = [
  plane(4, 4, 8, 8),
  plane(32, 3, 4, 4),
  plane(5, 3, 3, 5),
  plane(7, 2, 1, 3),
  plane(2, 6, 4, 6),
  plane(33, 5, 1, 1),
  plane(1, 1, 2, 2),
].map((shape) => [
  `batch ${shape.batch}, ${shape.channels} of ${shape.height}×${shape.width}`,
  shape,
]);

export const lengthOf = ({ batch, channels, height, width }: PlaneShape): number =>
  batch * channels * height * width;
