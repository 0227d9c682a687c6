import { at } from '../../../testing/numeric.ts';
import type { ChannelSumShape } from './channelSum.ts';

/** output [C] = sums of input [C, H, W, N]. */
export function channelSumReference(
  { batch, channels, height, width }: ChannelSumShape,
  input: ArrayLike<number>,
): Float64Array {
  const count = height * width * batch;
  return new Float64Array(channels).map((_, channel) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += at(input, channel * count + i);
    return sum;
  });
}
