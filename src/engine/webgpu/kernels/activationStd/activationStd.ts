/**
 * The standard deviation of every layer's response (He et al. 2015, fig. 7): of all values that a layer puts out for
 * the batch, over images, channels and positions, about their common mean. Behind BatchNorm the channels' moments follow
 * from what it has computed anyway, so that no activation is read again.
 */

import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { expandTemplate } from '../template.ts';
import { workgroupSum } from '../workgroupSum.ts';
import source from './activationStd.wgsl?raw';

const LANES = 64;
/** u32 per layer: two vec4u. */
export const LAYER_WORDS = 8;

/** Offsets in elements of the buffers they point into. */
export type ResponseLayer =
  | {
      readonly channels: number;
      /** Of the metrics row. */
      readonly column: number;
      /** In `weights`. */
      readonly gamma: number;
      readonly beta: number;
      /** In `statistics`. */
      readonly rstd: number;
    }
  | { readonly channels: number; readonly column: number; readonly moments: number };

/** The layer table: (channels, column, gamma, beta), (rstd, …) or (channels, column, moments, …) per layer. */
export function packLayers(layers: readonly ResponseLayer[]): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(layers.length * LAYER_WORDS);
  for (const [i, layer] of layers.entries()) {
    const { channels, column } = layer;
    const offsets = 'moments' in layer ? [layer.moments] : [layer.gamma, layer.beta, layer.rstd];
    table.set([channels, column, ...offsets], i * LAYER_WORDS);
  }
  return table;
}

export interface ActivationStdBindings<B> {
  /** `packLayers`, all layers of the one kind. */
  readonly layerTable: B;
  readonly metrics: B;
  readonly step: B;
  readonly channels:
    | {
        readonly kind: 'normalized';
        /** Flat, with every γ and β. */
        readonly weights: B;
        /** Flat, with every 1/√(var + ε) of this pass. */
        readonly statistics: B;
      }
    /** As `channelMoments` leaves them: vec2f per channel. */
    | { readonly kind: 'measured'; readonly moments: B };
}

/**
 * metrics[slot · metricsRow + column] = the deviation, one workgroup per layer. Over micro-batches it is that of the whole
 * batch: measured moments already are the whole batch's, and normalised variances are averaged by images.
 */
export function activationStd<B>(
  shape: { readonly layers: number; readonly metricsRow: number; readonly epsilon: number },
  { layerTable, metrics, step, channels }: ActivationStdBindings<B>,
): KernelCall<B> {
  const isNormalized = channels.kind === 'normalized';
  const text = () => expandTemplate(source, { NORMALIZED: isNormalized });
  const constants = { LANES, METRICS_ROW: shape.metricsRow, EPSILON: { f32: shape.epsilon } };
  const sources = isNormalized ? [channels.weights, channels.statistics] : [channels.moments];
  return kernelCall({
    kernel: 'activationStd',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec2f') + text()),
    bindings: [layerTable, metrics, step, ...sources],
    workgroups: [shape.layers, 1, 1],
  });
}
