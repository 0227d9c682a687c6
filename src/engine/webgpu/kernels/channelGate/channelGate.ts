/** The end of squeeze-excitation (Hu, Shen & Sun 2018): each channel of an image times its factor. */
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { gridFor, gridRow } from '../grid.ts';
import { ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { imageSlices, sliceSum } from '../sliceSum.ts';
import { SINGLE, storagePrelude } from '../storage.ts';
import source from './channelGate.wgsl?raw';
import gradientSource from './channelGateGradient.wgsl?raw';

const THREADS = 64;

const sizes = ({ batch, channels, height, width }: NormShape) => ({
  ...{ BATCH: batch, CHANNELS: channels, PIXELS: height * width },
});

/** output = input · factors: [C, H, W, N], and factors [C, N] in single precision. */
export function channelGate<B>(
  shape: NormShape,
  { input, factors, output }: { readonly input: B; readonly factors: B; readonly output: B },
): KernelCall<B> {
  const elements = shape.channels * countOf(shape);
  const constants = { ...sizes(shape), THREADS, ROW: gridRow(elements, THREADS) };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  return kernelCall({
    kernel: 'channelGate',
    code: () => withConstants(constants, declarations + source, directives),
    bindings: [input, factors, output],
    workgroups: gridFor(elements, THREADS),
  });
}

/** inputGradient = gradient · factors; factorsGradient [C, N] = Σ gradient · input over a plane, without their scale. */
export function channelGateGradient<B>(
  shape: NormShape,
  bindings: {
    readonly gradient: B;
    readonly input: B;
    readonly factors: B;
    readonly inputGradient: B;
    readonly factorsGradient: B;
  },
): KernelCall<B> {
  const { gradient, input, factors, inputGradient, factorsGradient } = bindings;
  const lanes = imageSlices(shape.batch, shape.height * shape.width);
  const UNSCALE = { f32: 1 / (shape.format ?? SINGLE).gradientScale };
  const constants = { ...sizes(shape), ...lanes, UNSCALE };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const text = () => declarations + sliceSum('f32') + gradientSource;
  return kernelCall({
    kernel: 'channelGateGradient',
    code: () => withConstants(constants, text(), directives),
    bindings: [gradient, input, factors, inputGradient, factorsGradient],
    workgroups: [ceilDiv(shape.batch, lanes.IMAGES), shape.channels, 1],
  });
}
