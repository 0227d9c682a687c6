/**
 * All that happens to a convolution's output before the next one reads it, in one pass over memory: normalisation,
 * the shortcut's addition (He et al. 2015, eq. 1; option A of §4.1 reads the shortcut strided and zero-padded), activation.
 */
import type { Activation, SubsamplePad } from '../../../plan/operations/operation.ts';
import { ACTIVATION_INDEX } from '../activation.ts';
import activationSource from '../activation.wgsl?raw';
import { countOf, type NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { MOMENTS_SOURCE, type MomentsTile, momentsConstants } from '../combineMoments/moments.ts';
import { type Constants, ceilDiv, type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import nan from '../nan.wgsl?raw';
import { betaOffset } from '../normalize.ts';
import { storagePrelude } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './pointwise.wgsl?raw';

/** [C] each. */
interface KnownNorm<B> {
  readonly gamma: B;
  readonly beta: B;
  readonly mean: B;
  readonly rstd: B;
}

/** BatchNorm by statistics that are still to be put together; they are kept, too. */
export interface DeferredNorm<B> {
  /** As `convForward` left them. */
  readonly moments: B;
  readonly tile: MomentsTile;
  /** Added to the variance. */
  readonly epsilon: number;
  /** γ [C], then β from `betaOffset` on. */
  readonly affine: B;
  /** Mean [C], then from `secondOffset` floats on 1/√(variance + ε). Written. */
  readonly statistics: B;
  /** Running mean [C], then from `secondOffset` floats on the running variance. Updated. */
  readonly running: B;
  readonly secondOffset: number;
}

interface PointwiseBindings<B> {
  /** [C,H,W,N] */
  readonly input: B;
  readonly output: B;
  /** [C] each, or null without BatchNorm. */
  readonly norm: KnownNorm<B> | DeferredNorm<B> | null;
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
  const isDeferred = norm !== null && 'moments' in norm;
  const flags = {
    ACTIVATION: ACTIVATION_INDEX[options.activation],
    NORMALIZE: norm !== null,
    DEFERRED: isDeferred,
    SHORTCUT: shortcut === null ? 0 : options.subsamplePad === null ? 1 : 2,
  };
  const deferred: Constants = isDeferred
    ? {
        ...momentsConstants({ ...shape, epsilon: norm.epsilon }, norm.tile),
        BETA_OFFSET: betaOffset(shape.channels),
        SECOND_OFFSET: norm.secondOffset,
      }
    : {};
  const constants: Constants = { ...deferred, COUNT: count, LANES: lanes, PER_LANE };
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
  const code = () =>
    [
      declarations,
      isDeferred ? MOMENTS_SOURCE : '',
      expandTemplate(nan + activationSource + source, flags),
    ].join('');
  return kernelCall({
    kernel: 'pointwise',
    code: () => withConstants({ ...constants, ...padding }, code(), directives),
    bindings: [input, output, ...(shortcut === null ? [] : [shortcut]), ...normBindings(norm)],
    workgroups: [ceilDiv(count, lanes * PER_LANE), shape.channels, 1],
  });
}

function normBindings<B>(norm: PointwiseBindings<B>['norm']): B[] {
  if (norm === null) return [];
  return 'moments' in norm
    ? [norm.moments, norm.affine, norm.statistics, norm.running]
    : [norm.gamma, norm.beta, norm.mean, norm.rstd];
}
