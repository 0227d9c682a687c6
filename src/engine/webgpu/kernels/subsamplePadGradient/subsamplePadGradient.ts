/** Backward of the option-A shortcut (He et al. 2015, §3.3 and §4.1): the gradient of every `stride`-th pixel, zero elsewhere. */
import type { SubsamplePad } from '../../../plan/operations/operation.ts';
import type { NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { storagePrelude } from '../storage.ts';
import source from './subsamplePadGradient.wgsl?raw';

const PER_LANE = 4;

/** `shape` is the output's, `from` the input's. Writes every element of `inputGradient`. */
export function subsamplePadGradient<B>(
  shape: NormShape,
  from: SubsamplePad,
  { outputGradient, inputGradient }: { readonly outputGradient: B; readonly inputGradient: B },
): KernelCall<B> {
  const count = from.height * from.width * shape.batch;
  const lanes = count >= 1024 ? 256 : 64;
  const constants = {
    COUNT: count,
    LANES: lanes,
    PER_LANE,
    BATCH: shape.batch,
    HEIGHT: shape.height,
    WIDTH: shape.width,
    IN_WIDTH: from.width,
    STRIDE: from.stride,
    PAD_BEFORE: from.padBefore,
  };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'subsamplePadGradient',
    code: () => withConstants(constants, declarations + source, directives),
    bindings: [outputGradient, inputGradient],
    workgroups: [ceilDiv(count, lanes * PER_LANE), from.channels, 1],
  });
}
