/** How each value of a network, and its gradient, lie in memory. */
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { NetworkOptions } from '../api.ts';
import { halfPrecisionError } from '../errors.ts';
import { SINGLE, type TensorFormat } from '../webgpu/kernels/storage.ts';
import { type AdapterTraits, PLAIN_TRAITS } from '../webgpu/kernels/traits.ts';

export type Precision = NonNullable<NetworkOptions['training']['precision']>;

export const NO_SHADER_F16 = 'This graphics adapter has no shader-f16';

export type FormatOf = (value: NodeId) => TensorFormat;

export const allSingle: FormatOf = () => SINGLE;

/**
 * In half precision: everything from the first convolution's output to the last one's. The images stay single, since runs
 * of any precision share them; so does what little lies behind the global pooling, logits and loss among it.
 * @param batchSize of the whole batch, of whose mean loss gradients are taken; null where there are none.
 * @throws EngineError `unsupported` where the adapter cannot store half precision.
 */
export function formatsOf(
  graph: LayerGraph,
  precision: Precision,
  batchSize: number | null,
  { halfStorage }: AdapterTraits = PLAIN_TRAITS,
): FormatOf {
  if (precision === 'single') return allSingle;
  if (halfStorage === undefined) throw halfPrecisionError(NO_SHADER_F16);
  const gradientScale = batchSize === null ? 1 : gradientScaleOf(graph, batchSize);
  const half = { storage: halfStorage, gradientScale };
  const singles = new Set<NodeId>();
  for (const node of graph.nodes) {
    const isSingle =
      node.kind === 'input' ||
      node.kind === 'globalAveragePool' ||
      // The images' only readers are convolutions.
      (node.kind !== 'conv' && singles.has(node.input));
    if (isSingle) singles.add(node.id);
  }
  return (value) => (singles.has(value) ? SINGLE : half);
}

/** Where all images' gradients, each times this, are normal float16 numbers with room above: see `gradientScaleOf`. */
const MOST_EXPONENT = 10;
/** Below this the gradients next to the loss would be lost. */
const LEAST_EXPONENT = -8;

/**
 * What gradients are stored times: a power of two, with which nothing is rounded. Those of a batch's mean loss are as many
 * times smaller than single images' as the batch has images. Measured at ResNet-20's start on CIFAR-10, batch 128, 98 %
 * of them are below float16's normal numbers and 12 % would become 0; times 2¹⁰ · 128 no more than 0.2 % and 1e-6, and the
 * largest is 170 of 65,504. Where no shortcut leads past, BatchNorm lets gradients grow towards the images, by 1.19 a layer
 * (Yang et al. 2019): single images' reach 0.2 in plain nets of 20 layers, 90 in 56, 7e5 in 110. So the scale falls by two
 * every four convolutions on the shortest way through the network, from where there is room no more.
 */
function gradientScaleOf(graph: LayerGraph, batchSize: number): number {
  const exponent = Math.floor(20 - shortestDepth(graph) / 4);
  const ofImages = Math.max(LEAST_EXPONENT, Math.min(MOST_EXPONENT, exponent));
  return 2 ** (ofImages + Math.ceil(Math.log2(batchSize)));
}

/** Convolutions on the shortest way from the images to the output. */
function shortestDepth(graph: LayerGraph): number {
  const depths = new Map<NodeId, number>();
  const depthOf = (id: NodeId): number => depths.get(id) ?? 0;
  for (const node of graph.nodes) {
    if (node.kind === 'input') continue;
    const before = depthOf(node.input);
    if (node.kind === 'conv') depths.set(node.id, before + 1);
    else if (node.kind === 'add') depths.set(node.id, Math.min(before, depthOf(node.shortcut)));
    else depths.set(node.id, before);
  }
  return depthOf(graph.output);
}
