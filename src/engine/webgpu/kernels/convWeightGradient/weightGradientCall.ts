/** What the algorithms for a convolution's weight gradient share. */
import { type ConvShape, checkedWorkgroups, convStorage, convWork } from '../convForward/shape.ts';
import { type KernelCall, kernelCall, SUBGROUP_DIRECTIVES, withConstants } from '../kernel.ts';
import { type LoadNorm, normBindings, normConstants } from '../normalize.ts';
import { SINGLE } from '../storage.ts';
import { expandTemplate, type TemplateConstants } from '../template.ts';

export interface ConvWeightGradientBuffers<B> {
  readonly input: B;
  readonly outputGradient: B;
  readonly partials: B;
}

interface Algorithm {
  readonly template: string;
  readonly constants: TemplateConstants;
  readonly workgroups: readonly [number, number, number];
  readonly usesSubgroups?: boolean;
}

/** @throws RangeError above 65,535 workgroups in a dimension. */
export function weightGradientCall<B>(
  shape: ConvShape,
  { input, outputGradient, partials }: ConvWeightGradientBuffers<B>,
  norm: LoadNorm<B> | null,
  { template, workgroups, usesSubgroups = false, ...algorithm }: Algorithm,
): KernelCall<B> {
  const constants = { ...algorithm.constants, ...normConstants(norm, shape.inChannels, 3) };
  const { directives, declarations } = convStorage(shape);
  const { gradientScale } = shape.outputFormat ?? SINGLE;
  return kernelCall({
    kernel: 'convWeightGradient',
    work: convWork(shape),
    code: () =>
      withConstants(
        { ...constants, UNSCALE: { f32: 1 / gradientScale } },
        declarations + expandTemplate(template, constants),
        directives + (usesSubgroups ? SUBGROUP_DIRECTIVES : ''),
      ),
    bindings: [input, outputGradient, partials, ...normBindings(norm)],
    workgroups: checkedWorkgroups('convWeightGradient', workgroups),
  });
}
