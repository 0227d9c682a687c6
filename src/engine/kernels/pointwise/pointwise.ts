/**
 * All that happens to a convolution's output before the next one reads it, in one pass over memory: normalisation,
 * the shortcut's addition (He et al. 2015, eq. 1; option A of §4.1 reads the shortcut strided and zero-padded), activation.
 */
import { expandTemplate } from '../../webgpu/template.ts';
import { ACTIVATION_INDEX, type Activation } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { type Constants, ceilDiv, type KernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { storagePrelude } from '../storage.ts';
import source from './pointwise.wgsl?raw';

/** What an option-A shortcut reads: `channels` × `height` × `width`, every `stride`-th pixel. */
export interface SubsamplePad {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  readonly padBefore: number;
}

export interface PointwiseBindings<B> {
  /** [C,H,W,N] */
  readonly input: B;
  readonly output: B;
  /** [C] each, or null without BatchNorm. */
  readonly norm: { readonly gamma: B; readonly beta: B; readonly mean: B; readonly rstd: B } | null;
  /** Of the output's shape; with `subsamplePad`, of the shape that names. */
  readonly shortcut: B | null;
}

export interface PointwiseOptions {
  readonly activation: Activation;
  readonly subsamplePad: SubsamplePad | null;
}

const PER_LANE = 4;

/** `shape` is the output's. */
export function pointwise<B>(
  shape: NormShape,
  options: PointwiseOptions,
  { input, output, norm, shortcut }: PointwiseBindings<B>,
): KernelCall<B> {
  const count = countOf(shape);
  const lanes = count >= 1024 ? 256 : 64;
  const flags = {
    ACTIVATION: ACTIVATION_INDEX[options.activation],
    NORMALIZE: norm !== null,
    SHORTCUT: shortcut === null ? 0 : options.subsamplePad === null ? 1 : 2,
  };
  const constants: Constants = { COUNT: count, LANES: lanes, PER_LANE };
  const from = options.subsamplePad;
  const padding: Constants =
    from === null
      ? {}
      : {
          BATCH: shape.batch,
          WIDTH: shape.width,
          IN_CHANNELS: from.channels,
          IN_HEIGHT: from.height,
          IN_WIDTH: from.width,
          STRIDE: from.stride,
          PAD_BEFORE: from.padBefore,
        };
  const { directives, declarations } = storagePrelude({ Stored: shape.format });
  const code = declarations + expandTemplate(nan + activationSource + source, flags);
  return {
    kernel: 'pointwise',
    code: withConstants({ ...constants, ...padding }, code, directives),
    bindings: [
      input,
      output,
      ...(shortcut === null ? [] : [shortcut]),
      ...(norm === null ? [] : [norm.gamma, norm.beta, norm.mean, norm.rstd]),
    ],
    workgroups: [ceilDiv(count, lanes * PER_LANE), shape.channels, 1],
  };
}
