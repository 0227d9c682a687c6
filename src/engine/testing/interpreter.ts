/**
 * A network in plain loops and float64, straight from the layer graph: what the planned, fused, float32 one must agree
 * with. Knows nothing of operations, slots or gradients.
 */

import type { LayerGraph, LayerNode } from '../../model/graph.ts';
import { packTensor, paddedLength, padTo4 } from '../plan/layout.ts';
import { batchNormStatisticsReference } from '../webgpu/kernels/batchNormStatistics/batchNormStatistics.reference.ts';
import type { NormShape } from '../webgpu/kernels/batchNormStatistics/batchNormStatistics.ts';
import { convForwardReference } from '../webgpu/kernels/convForward/convForward.reference.ts';
import { channelGateReference } from '../webgpu/kernels/channelGate/channelGate.reference.ts';
import { groupNormReference } from '../webgpu/kernels/groupNorm/groupNorm.reference.ts';
import { globalAveragePoolReference } from '../webgpu/kernels/globalAveragePool/globalAveragePool.reference.ts';
import { maxPoolReference } from '../webgpu/kernels/maxPool/maxPool.reference.ts';
import { pointwiseReference } from '../webgpu/kernels/pointwise/pointwise.reference.ts';
import { productReference } from '../webgpu/kernels/product/product.reference.ts';
import { scaleReference } from '../webgpu/kernels/scale/scale.reference.ts';
import { softmaxCrossEntropyReference } from '../webgpu/kernels/softmaxCrossEntropy/softmaxCrossEntropy.reference.ts';

type Values = ArrayLike<number>;

interface LabelledImages {
  readonly batch: number;
  /** [3, S, S, N] */
  readonly images: Values;
  readonly labels: Values;
}

/** Weights by torchvision's names, in PyTorch's layouts. */
export type Weights = ReadonlyMap<string, Values>;

/** The training loss of one batch: batch statistics, no dropout. */
export function referenceLoss(
  graph: LayerGraph,
  weights: Weights,
  { batch, images, labels }: LabelledImages,
  labelSmoothing: number,
): number {
  const logits = referenceValues(graph, weights, { batch, images }, 'training')[graph.output];
  return lossOf(graph, logits, labels, labelSmoothing);
}

/** The mean test loss of one batch: running statistics, no dropout, no label smoothing. */
export function referenceTestLoss(
  graph: LayerGraph,
  weights: Weights,
  { batch, images, labels }: LabelledImages,
): number {
  const logits = referenceValues(graph, weights, { batch, images }, 'evaluation')[graph.output];
  return lossOf(graph, logits, labels, 0);
}

function lossOf(
  graph: LayerGraph,
  logits: Values | undefined,
  labels: Values,
  labelSmoothing: number,
): number {
  const batch = labels.length;
  if (logits === undefined) throw new Error('no logits');
  const shape = { batch, classes: graph.model.classes, rows: batch, labelSmoothing };
  return softmaxCrossEntropyReference(shape, logits, labels).loss;
}

/**
 * What every node puts out, [C, H, W, N], by node id; no dropout. `training` normalises by the batch and drops no
 * branch, `evaluation` normalises by the running statistics among `weights`.
 */
export function referenceValues(
  graph: LayerGraph,
  weights: Weights,
  { batch, images }: Pick<LabelledImages, 'batch' | 'images'>,
  mode: 'training' | 'evaluation',
): readonly Values[] {
  const values: Values[] = [];
  for (const node of graph.nodes) {
    values[node.id] =
      node.kind === 'input' ? images : output(graph, weights, values, node, batch, mode);
  }
  return values;
}

function output(
  graph: LayerGraph,
  weights: Weights,
  values: readonly Values[],
  node: Exclude<LayerNode, { kind: 'input' }>,
  batch: number,
  mode: 'training' | 'evaluation',
): Values {
  const value = (id: number): Values => values[id] ?? [];
  const tensor = (name: string): Values => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  const x = value(node.input);
  const from = graph.nodes[node.input]?.shape;
  if (from === undefined) throw new Error('no input');
  const shape: NormShape = { batch, ...node.shape };
  const inputShape = { batch, ...from };
  const plain = { activation: 'none', subsamplePad: null } as const;
  switch (node.kind) {
    case 'conv':
    case 'linear': {
      const [kernel, stride, padding] =
        node.kind === 'conv' ? [node.kernel, node.stride, node.padding] : [1, 1, 0];
      const dimensions = [shape.channels, from.channels, kernel, kernel];
      const packed = new Float64Array(paddedLength(dimensions));
      packTensor(dimensions, tensor(node.weight), packed, 0);
      const bias = node.bias === null ? null : new Float64Array(padTo4(shape.channels));
      if (node.bias !== null) bias?.set(Array.from(tensor(node.bias)));
      const convShape = {
        batch,
        inChannels: from.channels,
        inHeight: from.height,
        inWidth: from.width,
        outChannels: shape.channels,
        kernel,
        stride,
        padding,
      };
      return convForwardReference(convShape, x, packed, bias);
    }
    case 'batchNorm': {
      const { channels } = shape;
      const { epsilon } = node;
      const running = { mean: new Float64Array(channels), variance: new Float64Array(channels) };
      const { mean, rstd } =
        mode === 'training'
          ? batchNormStatisticsReference({ ...shape, epsilon }, x, running)
          : {
              mean: tensor(node.runningMean),
              rstd: Array.from(tensor(node.runningVar), (v) => 1 / Math.sqrt(v + epsilon)),
            };
      const norm = { gamma: tensor(node.weight), beta: tensor(node.bias), mean, rstd };
      return pointwiseReference(shape, plain, x, norm, null);
    }
    case 'groupNorm': {
      const { groups, epsilon, weight, bias } = node;
      return groupNormReference({ ...shape, groups }, epsilon, x, tensor(weight), tensor(bias));
    }
    case 'activation':
      return pointwiseReference(shape, { ...plain, activation: node.fn }, x, null, null);
    case 'add':
      return pointwiseReference(shape, plain, x, null, value(node.shortcut));
    case 'channelGate':
      return channelGateReference(shape, x, value(node.factors));
    case 'scale': {
      const weight = node.weight === null ? null : tensor(node.weight);
      const share = mode === 'training' ? 1 : node.survival;
      return scaleReference(shape, node.factor * share, weight, x);
    }
    case 'gate':
      return productReference(node.complement ? 'complement' : 'itself', x, value(node.gate));
    case 'subsamplePad': {
      const { stride, padBefore } = node;
      const zeros = new Float64Array(shape.channels * shape.height * shape.width * batch);
      const options = { ...plain, subsamplePad: { ...from, stride, padBefore } };
      return pointwiseReference(shape, options, zeros, null, x);
    }
    case 'maxPool': {
      const { kernel, stride, padding } = node;
      return maxPoolReference({ ...inputShape, kernel, stride, padding }, x).output;
    }
    case 'globalAveragePool':
      return globalAveragePoolReference(inputShape, x);
    case 'dropout':
      return x;
    default:
      return node satisfies never;
  }
}
