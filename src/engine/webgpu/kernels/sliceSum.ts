import source from './sliceSum.wgsl?raw';

/** Most images of a workgroup: their values fill a line of the cache. */
const MOST_IMAGES = 16;

/** How a workgroup's `LANES` are `IMAGES` images times `SLICES` shares of an image's `values`. */
export function imageSlices(batch: number, values: number) {
  let IMAGES = 1;
  while (IMAGES < Math.min(batch, MOST_IMAGES)) IMAGES *= 2;
  const LANES = values >= 1024 ? 256 : 64;
  return { LANES, IMAGES, SLICES: LANES / IMAGES };
}

/** WGSL of `fn sliceSum(lane: u32, value: T) -> T`: the sum over the lanes that have the same image, in a fixed order. */
export const sliceSum = (type: 'f32' | 'vec2f'): string => `alias Sliced = ${type};\n${source}`;
