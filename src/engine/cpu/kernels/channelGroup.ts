/** Code for a piece that works on a group of channels. */
import type { FunctionBuilder, Local } from '../wasm/functionBuilder.ts';
import { i32 } from '../wasm/instructions.ts';
import { blocksOf } from './blocks.ts';

/**
 * Emits `emit` for group `group` of `count` channels in groups of `size`: once for whole groups and, where channels are
 * left over, once for the last one.
 */
export function forChannelGroup(
  f: FunctionBuilder,
  group: Local<'i32'>,
  count: number,
  size: number,
  emit: (channels: number) => void,
): void {
  for (const { first, size: channels, blocks } of blocksOf(count, size)) {
    const isHere = i32.lessUnsigned(i32.sub(group, i32.const(first / size)), i32.const(blocks));
    f.if(isHere, () => emit(channels));
  }
}
