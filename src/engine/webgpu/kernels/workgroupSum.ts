import source from './workgroupSum.wgsl?raw';

/** WGSL of `fn workgroupSum(lane: u32, value: T) -> T`: the sum over all `LANES` of a workgroup, in a fixed order. */
export const workgroupSum = (type: 'f32' | 'vec2f' | 'vec4f'): string =>
  `alias Summed = ${type};\n${source}`;
