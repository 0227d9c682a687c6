/** A branch or a shortcut times a number, a learnt one or one a channel, in the steps in which it counts. */
import { survivalThreshold } from '../../../../model/branchScale.ts';
import type { ScaleFactor } from '../../../plan/operations/operation.ts';
import { countOf, lanesFor, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { gridFor, gridRow } from '../grid.ts';
import hash32 from '../hash32.wgsl?raw';
import { type Constants, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { SINGLE, storagePrelude } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import { workgroupSum } from '../workgroupSum.ts';
import factorSource from './factor.wgsl?raw';
import source from './scale.wgsl?raw';
import weightGradientSource from './scaleWeightGradient.wgsl?raw';

const THREADS = 64;

/** Of input and output, or of their gradients. */
export interface ScaleShape extends NormShape {
  readonly by: ScaleFactor;
  readonly weight: 'perChannel' | 'single' | 'none';
}

interface ScaleBindings<B> {
  readonly input: B;
  readonly output: B;
  /** [C], or a single number; not read where the shape has none. */
  readonly weight: B;
  /** The uniform of `packStep`. */
  readonly step: B;
}

/**
 * output = factor · weight · input, both [C, H, W, N]; 0 · input in a step whose hash32(seed, stream, step) is not below
 * survival · 2³².
 */
export const scale = <B>(shape: ScaleShape, bindings: ScaleBindings<B>): KernelCall<B> =>
  call('scale', shape, bindings);

/** inputGradient = factor · weight · outputGradient: input and output of `bindings` are these. */
export const scaleGradient = <B>(shape: ScaleShape, bindings: ScaleBindings<B>): KernelCall<B> =>
  call('scaleGradient', shape, bindings);

function call<B>(kernel: string, shape: ScaleShape, bindings: ScaleBindings<B>): KernelCall<B> {
  const { by, channels, format } = shape;
  const { input, output, weight, step } = bindings;
  const elements = channels * countOf(shape);
  const constants = {
    ...{ THREADS, ROW: gridRow(elements, THREADS), CHANNELS: channels, COUNT: countOf(shape) },
    ...factorConstants(by),
  };
  const WEIGHT = { none: 0, single: 1, perChannel: 2 }[shape.weight];
  const flags = { WEIGHT, DRAWN: by.alive !== null };
  const { directives, declarations } = storagePrelude({ Stored: format });
  const text = () => declarations + drawing(by) + expandTemplate(source + factorSource, flags);
  return kernelCall({
    kernel,
    code: () => withConstants(constants, text(), directives),
    bindings: [input, output, ...(WEIGHT > 0 ? [weight] : []), ...(flags.DRAWN ? [step] : [])],
    workgroups: gridFor(elements, THREADS),
  });
}

/** sums [C] = factor · Σ input · outputGradient over each channel of [C, H, W, N], without the gradient's scale. */
export function scaleWeightGradient<B>(
  shape: Omit<ScaleShape, 'weight'>,
  bindings: {
    readonly input: B;
    readonly outputGradient: B;
    readonly sums: B;
    readonly step: B;
  },
): KernelCall<B> {
  const { by, channels, format = SINGLE } = shape;
  const { input, outputGradient, sums, step } = bindings;
  const count = countOf(shape);
  const UNSCALE = { f32: 1 / format.gradientScale };
  const constants = { LANES: lanesFor(count), COUNT: count, UNSCALE, ...factorConstants(by) };
  const DRAWN = by.alive !== null;
  const { directives, declarations } = storagePrelude({ Stored: format });
  const text = () =>
    declarations +
    drawing(by) +
    workgroupSum('f32') +
    expandTemplate(weightGradientSource + factorSource, { DRAWN });
  return kernelCall({
    kernel: 'scaleWeightGradient',
    code: () => withConstants(constants, text(), directives),
    bindings: [input, outputGradient, sums, ...(DRAWN ? [step] : [])],
    workgroups: [channels, 1, 1],
  });
}

const factorConstants = ({ factor, alive }: ScaleFactor): Constants => ({
  FACTOR: { f32: factor },
  ...(alive === null ? {} : { STREAM: alive.stream, THRESHOLD: survivalThreshold(alive) }),
});

const drawing = ({ alive }: ScaleFactor): string => (alive === null ? '' : STEP_STRUCT + hash32);
