import { activationLengths, weightLength } from '../../../plan/geometry.ts';
import { padTo4 } from '../../../plan/layout.ts';
import { randomArray } from '../../../testing/runKernel.ts';
import { type AdapterTraits, traitsOfKind } from '../traits.ts';
import { distinct } from '../tunable.ts';
import type { ConvShape } from './shape.ts';

const shape = (
  batch: number,
  inChannels: number,
  inHeight: number,
  inWidth: number,
  outChannels: number,
  kernel: number,
  stride: number,
): ConvShape => ({
  batch,
  inChannels,
  inHeight,
  inWidth,
  outChannels,
  kernel,
  stride,
  padding: (kernel - 1) / 2,
});

function named(s: ConvShape): readonly [string, ConvShape] {
  const { inChannels, outChannels, kernel, stride, inHeight, inWidth, batch } = s;
  const kind = `${inChannels}→${outChannels} ${kernel}×${kernel}/${stride}`;
  return [`${kind} on ${inHeight}×${inWidth}, batch ${batch}`, s];
}

/** Shapes the convolutions are tested on: batch, input channels, height, width, output channels, kernel, stride. */
export const TEST_SHAPES: readonly (readonly [string, ConvShape])[] = [
  shape(4, 4, 8, 8, 8, 3, 1),
  shape(8, 3, 9, 16, 16, 3, 1),
  shape(3, 5, 7, 5, 7, 3, 1),
  shape(33, 2, 5, 7, 3, 3, 1),
  shape(5, 3, 3, 33, 9, 3, 1),
  shape(130, 1, 3, 2, 4, 3, 1),
  shape(1, 1, 1, 1, 1, 3, 1),
  shape(2, 7, 2, 2, 12, 3, 1),
  shape(4, 8, 8, 8, 16, 3, 2),
  shape(3, 5, 7, 9, 6, 3, 2),
  shape(5, 4, 33, 5, 8, 3, 2),
  shape(2, 3, 2, 2, 4, 3, 2),
  shape(2, 3, 1, 1, 5, 3, 2),
  shape(4, 8, 4, 4, 12, 1, 1),
  shape(3, 5, 7, 5, 3, 1, 1),
  shape(6, 8, 8, 8, 16, 1, 2),
  shape(3, 6, 5, 7, 5, 1, 2),
  shape(7, 20, 1, 1, 10, 1, 1),
  shape(1, 13, 1, 1, 33, 1, 1),
  shape(3, 3, 14, 12, 8, 7, 2),
  shape(2, 1, 5, 9, 5, 7, 2),
  shape(2, 3, 8, 3, 5, 7, 1),
].map(named);

/** Shapes that all candidates are tested on: large enough for them to differ, and full of remainders. */
const CANDIDATE_SHAPES: readonly (readonly [string, ConvShape])[] = [
  shape(3, 9, 5, 19, 22, 3, 1),
  shape(130, 5, 3, 9, 10, 3, 2),
  shape(2, 17, 3, 18, 19, 1, 1),
].map(named);

/** What is fused into the convolutions is tested on these: every stride and kernel, full of remainders. */
export const FUSION_SHAPES: readonly (readonly [string, ConvShape])[] = [
  shape(3, 9, 5, 11, 10, 3, 1),
  shape(5, 6, 7, 9, 8, 3, 2),
  shape(4, 8, 4, 4, 12, 1, 1),
  shape(66, 3, 2, 5, 5, 1, 2),
  shape(12, 5, 3, 5, 10, 3, 1),
  shape(36, 6, 3, 5, 8, 3, 2),
].map(named);

/** Of every algorithm for GPUs, with more threads, channels and slices than these shapes fill. */
export const TILED_SHAPES: readonly (readonly [string, ConvShape])[] = [
  shape(12, 5, 3, 5, 7, 3, 1),
  shape(20, 9, 5, 3, 10, 3, 2),
  shape(8, 7, 3, 3, 9, 1, 1),
].map(named);

/** All of them: `tilesToTest` tells which are tested thoroughly. */
export const ALL_SHAPES = [
  ...TEST_SHAPES,
  ...CANDIDATE_SHAPES.map(([name, s]) => [`${name}, all candidates`, s] as const),
];

/**
 * What `candidates` gives for the adapters there are, as far as `device` can run it: all where they are known to differ,
 * else every adapter's default.
 */
export function tilesToTest<T>(
  shape: ConvShape,
  candidates: (shape: ConvShape, traits: AdapterTraits) => readonly T[],
  device: GPUDevice,
): T[] {
  const subgroupLanes = device.features.has('subgroups') ? device.adapterInfo.subgroupMinSize : 0;
  const all = (['gpu', 'swiftshader', 'llvmpipe'] as const).map((kind) =>
    candidates(shape, traitsOfKind(kind, subgroupLanes)),
  );
  const thorough = CANDIDATE_SHAPES.some(([, candidate]) => candidate === shape);
  return distinct(all.flatMap((tiles) => (thorough ? tiles : tiles.slice(0, 1))));
}

/** Weights with zero surplus output channels, as the engine keeps them. */
export function randomWeight(shape: ConvShape, seed: number): Float32Array {
  return randomArray(weightLength(shape), seed).map((value, i) =>
    i % padTo4(shape.outChannels) < shape.outChannels ? value : 0,
  );
}

export const inputLength = (shape: ConvShape): number => activationLengths(shape).input;
export const outputLength = (shape: ConvShape): number => activationLengths(shape).output;
