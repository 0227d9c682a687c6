/** What a network costs to compute, estimated from its layer graph alone. */
import type { LayerGraph, LayerNode } from './graph.ts';

/** Multiply-adds of one node on one image; 0 except for convolutions and linear layers. */
export function nodeMacs(nodes: readonly LayerNode[], node: LayerNode): number {
  if (node.kind !== 'conv' && node.kind !== 'linear') return 0;
  const inChannels = nodes[node.input]?.shape.channels ?? 0;
  const taps = node.kind === 'conv' ? node.kernel ** 2 : 1;
  const { channels, height, width } = node.shape;
  return channels * height * width * inChannels * taps;
}

/**
 * Floating-point operations of training on one image: forward pass, input gradients and weight gradients take about as
 * many multiply-adds each, and a multiply-add is two operations.
 */
export function trainingFlopsPerImage(graph: Pick<LayerGraph, 'macs'>): number {
  return 3 * 2 * graph.macs;
}

/**
 * Estimated time of a training step.
 * @param gflops what the adapter sustains on convolutions, in 10⁹ operations a second.
 */
export function estimatedStepMs(
  graph: Pick<LayerGraph, 'macs'>,
  batchSize: number,
  gflops: number,
): number {
  return (trainingFlopsPerImage(graph) * batchSize) / (gflops * 1e6);
}

/** Steps for `epochs` passes over the training images, rounded up. */
export function stepsForEpochs(epochs: number, trainImages: number, batchSize: number): number {
  return Math.ceil((epochs * trainImages) / batchSize);
}
