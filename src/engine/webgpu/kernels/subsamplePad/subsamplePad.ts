/** The option-A shortcut (He et al. 2015, §3.3 and §4.1) of a block whose branch is cut: nothing is added to it. */
import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import type { NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { storagePrelude } from '../storage.ts';
import source from './subsamplePad.wgsl?raw';

const LANES = 64;

/** `shape` is the output's, `from` the input's. Writes every element of `output`. */
export function subsamplePad<B>(
  shape: NormShape,
  from: SubsamplePad,
  { input, output }: { readonly input: B; readonly output: B },
): KernelCall<B> {
  const constants = {
    LANES,
    BATCH: shape.batch,
    HEIGHT: shape.height,
    WIDTH: shape.width,
    IN_CHANNELS: from.channels,
    IN_HEIGHT: from.height,
    IN_WIDTH: from.width,
    STRIDE: from.stride,
    PAD_BEFORE: from.padBefore,
  };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'subsamplePad',
    code: () => withConstants(constants, declarations + source, directives),
    bindings: [input, output],
    workgroups: [ceilDiv(shape.height * shape.width * shape.batch, LANES), shape.channels, 1],
  });
}
