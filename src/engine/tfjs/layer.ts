/**
 * What a layer is to this engine: a forward pass that hands out its own backward pass. Activations are [N, H, W, C], after
 * the global average pool [N, C]; TF.js computes NCHW convolutions wrongly on WebGPU.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NodeId } from '../../model/graph.ts';

/** A tensor of the network, by torchvision's name and in this engine's layout (`layout.ts`). */
export type Named = { readonly name: string; readonly value: Tensor };

interface LayerGradients {
  /** Of the loss in the layer's inputs. */
  readonly inputs: readonly { readonly node: NodeId; readonly value: Tensor }[];
  /** Of the loss in the layer's parameters. */
  readonly parameters: readonly Named[];
}

export interface LayerPass {
  readonly output: Tensor;
  /** What `backward` will read, `output` or the input included if it does; all else may be freed. */
  readonly saved: readonly Tensor[];
  /** BatchNorm's 1/√(var + ε), [C]. */
  readonly rstd?: Tensor;
  /** What running statistics are from now on. */
  readonly statistics?: readonly Named[];
  /** @param gradient of the loss in `output`; stays the caller's. What comes back is the caller's, too. */
  backward(gradient: Tensor): LayerGradients;
}

/** What layers need to know beside their input. */
export interface PassContext {
  /** In evaluation nothing is saved, and `backward` must not be called. */
  readonly mode: 'training' | 'evaluation';
  readonly seed: number;
  readonly step: number;
  /** @throws Error when the network has no tensor of that name. */
  tensor(name: string): Tensor;
}
