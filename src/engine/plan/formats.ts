/** Which values of a network are stored in half precision, and what their gradients are multiplied by. */
import type { TrainingConfig } from '../../model/config.ts';
import type { LayerGraph, NodeId } from '../../model/graph.ts';

export type Precision = TrainingConfig['precision'];

/** How a value and its gradient are stored. Whatever is computed with them is computed in single precision. */
export interface ValueFormat {
  readonly precision: Precision;
  /** Gradients are stored times this power of two. */
  readonly gradientScale: number;
}

export const SINGLE_PRECISION: ValueFormat = { precision: 'single', gradientScale: 1 };

export type FormatOf = (value: NodeId) => ValueFormat;

/**
 * In half precision: everything from the first convolution's output to the last one's. Images stay single, because runs
 * of any precision share them; so does the little that comes after global pooling, logits and loss included.
 * @param batchSize of the whole batch, whose mean loss gradients are taken of; null without gradients.
 */
export function formatsOf(
  graph: LayerGraph,
  precision: Precision,
  batchSize: number | null,
): FormatOf {
  if (precision === 'single') return () => SINGLE_PRECISION;
  const gradientScale = batchSize === null ? 1 : gradientScaleOf(graph, batchSize);
  const half: ValueFormat = { precision: 'half', gradientScale };
  const singles = new Set<NodeId>();
  for (const node of graph.nodes) {
    const isSingle =
      node.kind === 'input' ||
      node.kind === 'globalAveragePool' ||
      // All readers of images are convolutions, and those of means squeeze-excitation's.
      (singles.has(node.input) && graph.nodes[node.input]?.kind !== 'input');
    if (isSingle) singles.add(node.id);
  }
  return (value) => (singles.has(value) ? SINGLE_PRECISION : half);
}

/** At 2¹⁰ a single image's gradients are normal float16 numbers with room above: see `gradientScaleOf`. */
const MOST_EXPONENT = 10;
/** Below this the gradients next to the loss would be lost. */
const LEAST_EXPONENT = -8;

/**
 * The factor that stored gradients are scaled by: a power of two, so that scaling rounds nothing. The gradients of a
 * batch's mean loss are smaller than single images' by a factor of the batch's size. Measured at ResNet-20's start on
 * CIFAR-10, batch 128: 98 % of them are below float16's normal numbers and 12 % would become 0; times 2¹⁰ · 128 it is
 * 0.2 % and 1e-6, and the largest is 170 of 65,504. Where no shortcut leads past a layer, BatchNorm lets gradients grow
 * towards the images, by 1.19 a layer (Yang et al. 2019): single images' reach 0.2 in plain nets of 20 layers, 90 in
 * 56, 7e5 in 110. So once the room is used up, the scale falls by two for every four convolutions on the shortest way
 * through the network.
 */
function gradientScaleOf(graph: LayerGraph, batchSize: number): number {
  const exponent = Math.floor(20 - shortestDepth(graph) / 4);
  const ofImages = Math.max(LEAST_EXPONENT, Math.min(MOST_EXPONENT, exponent));
  return 2 ** (ofImages + 32 - Math.clz32(batchSize - 1));
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
