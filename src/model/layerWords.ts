/** Layers in the words of the paper, for people: `conv2, block 4, first 3×3`. */
import type { LayerGraph, LayerNode } from './graph.ts';
import { t } from '../text/t.ts';

/** A block in the paper's words: `conv2, block 4` for `layer1.3`. */
export function blockWords(block: string): string {
  const [, stage, index] = /^layer(\d+)\.(\d+)$/.exec(block) ?? [];
  return stage === undefined ? block : t`conv${Number(stage) + 1}, block ${Number(index) + 1}`;
}

type Convolution = Extract<LayerNode, { kind: 'conv' }>;

const size = ({ kernel }: Convolution): string => `${kernel}×${kernel}`;

/**
 * A convolution or the classifier in the paper's words.
 * @param name without `.weight`: `conv1`, `layer1.3.conv1`, `fc`.
 */
export function layerWords(graph: LayerGraph, name: string): string {
  const node = graph.nodes.find((node) => node.name === name);
  if (node?.kind !== 'conv') return name === 'fc' ? t`fc, the classifier` : name;
  if (node.block === null) return t`${name}, ${size(node)} on the image`;
  const block = blockWords(node.block);
  const path = mainPath(graph, node.block);
  const alike = path.filter(({ kernel }) => kernel === node.kernel);
  if (name.endsWith('.gate')) return t`${block}, gate`;
  if (!path.includes(node)) return t`${block}, projection ${size(node)}`;
  if (alike.length === 1) return `${block}, ${size(node)}`;
  return alike[0] === node ? t`${block}, first ${size(node)}` : t`${block}, last ${size(node)}`;
}

/** A block's convolutions from its input to its sum: no projection, gate or squeeze-excitation. Block null: the stem's. */
export const mainPath = (
  { nodes }: Pick<LayerGraph, 'nodes'>,
  block: string | null,
): readonly Convolution[] =>
  nodes.filter(
    (node): node is Convolution =>
      node.kind === 'conv' && node.block === block && /\bconv\d$/.test(node.name),
  );
