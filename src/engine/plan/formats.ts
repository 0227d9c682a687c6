/** How each value of a network, and its gradient, lie in memory. */
import type { LayerGraph, NodeId } from '../../model/graph.ts';
import type { NetworkOptions } from '../api.ts';
import { halfPrecisionError } from '../errors.ts';
import { SINGLE, type TensorFormat } from '../kernels/storage.ts';
import { type AdapterTraits, PLAIN_TRAITS } from '../kernels/traits.ts';

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
  const gradientScale = batchSize === null ? 1 : gradientScaleOf(batchSize);
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

/** Of single images' gradients, so to speak: as many times the batch's, and this on top. */
const IMAGE_GRADIENT_SCALE = 2 ** 10;

/** A power of two: multiplying and dividing by it rounds nothing. */
const gradientScaleOf = (batchSize: number): number =>
  IMAGE_GRADIENT_SCALE * 2 ** Math.ceil(Math.log2(batchSize));
