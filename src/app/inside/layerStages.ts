/**
 * A network's depth in stages: the image, the stem, each block, the pooled features. A stage holds the outputs of
 * several layers to look at, the two sides of a shortcut's addition among them.
 */
import type { LayerGraph, LayerNode, NodeId, TensorShape } from '../../model/graph.ts';
import { t } from '../../text/t.ts';

/** What can be looked at in a block; the order is that of the computation. */
export const ASPECTS = {
  inside: t`Inside the branch`,
  branch: t`Branch, before the addition`,
  shortcut: t`Shortcut`,
  sum: t`After the addition`,
  output: t`Output`,
} as const;
type Aspect = keyof typeof ASPECTS;

/** One layer's output. */
export interface Layer {
  /** The name of the graph's node. */
  readonly name: string;
  readonly aspect: Aspect;
  /** `conv1`, `bn2`, `F(x)`: its name within the stage. */
  readonly title: string;
  readonly shape: TensorShape;
}

export interface LayerStage {
  /** `input`, `stem`, `layer2.0`, `pool` */
  readonly id: string;
  /** `Image`, `conv1`, `2.0`, `pool`: on a narrow button. */
  readonly label: string;
  /** `conv3_x`, of blocks. */
  readonly stage: string | null;
  readonly layers: readonly Layer[];
  /** Why there is nothing on the shortcut's side; null: there is. */
  readonly noShortcut: 'none' | 'cut' | null;
}

/** All stages of a network, from the image to the classifier. */
export function layerStagesOf(graph: LayerGraph): LayerStage[] {
  const { nodes, blocks } = graph;
  const firstBlock = nodes.findIndex(({ block }) => block !== null);
  const outside = nodes.filter(({ block }) => block === null);
  const before = outside.filter(({ id }) => id > 0 && id < firstBlock);
  const after = outside.filter(({ id }) => id > firstBlock && nodes[id]?.kind !== 'linear');
  const input = nodes[0];
  return [
    ...(input === undefined
      ? []
      : [plainStage('input', t`Image`, [layer(input, 'output', t`the image, normalised`)])]),
    plainStage('stem', 'conv1', outputsOf(before)),
    ...blocks.map(({ name, stage, index, shortcut }) => ({
      id: name,
      label: `${stage}.${index}`,
      stage: `conv${stage + 1}_x`,
      layers: blockLayers(graph, name),
      noShortcut: shortcut === 'none' || shortcut === 'cut' ? shortcut : null,
    })),
    plainStage('pool', 'pool', outputsOf(after)),
  ];
}

const plainStage = (id: string, label: string, layers: readonly Layer[]): LayerStage => ({
  ...{ id, label, layers },
  stage: null,
  noShortcut: null,
});

const layer = (node: LayerNode, aspect: Aspect, title: string): Layer => ({
  ...{ name: node.name, aspect, title },
  shape: node.shape,
});

/** The last of them is the output. */
const outputsOf = (nodes: readonly LayerNode[]): Layer[] =>
  nodes.map((node, i) =>
    layer(node, i === nodes.length - 1 ? 'output' : 'inside', node.name.replace(/^.*\./, '')),
  );

function blockLayers(graph: LayerGraph, block: string): Layer[] {
  const own = graph.nodes.filter((node) => node.block === block);
  const add = own.find((node) => node.kind === 'add');
  const last = own.at(-1);
  if (last === undefined) return [];
  // Without an addition the branch ends where the last activation, if there is one behind it, begins.
  const branchEnd: NodeId = add?.input ?? (last.kind === 'activation' ? last.input : last.id);
  const carried = add === undefined ? undefined : graph.nodes[add.shortcut];
  const side = new Set(own.filter((node) => isOnShortcut(node, block)).map(({ id }) => id));
  const layers: Layer[] = own
    .filter(({ id }) => id < branchEnd && !side.has(id))
    .map((node) => layer(node, 'inside', node.name.slice(block.length + 1)));
  const branch = graph.nodes[branchEnd];
  if (branch !== undefined) layers.push(layer(branch, 'branch', 'F(x)'));
  if (carried !== undefined) layers.push(layer(carried, 'shortcut', 'x'));
  if (add !== undefined) layers.push(layer(add, 'sum', 'F(x) + x'));
  if (last.id !== branchEnd && last !== add)
    layers.push(layer(last, 'output', last.name.slice(block.length + 1)));
  return layers;
}

/** `gated` is the branch, times the gate. */
const SHORTCUT_PART = /^(downsample|shortcut\w*|gate)(\.|$)/;

const isOnShortcut = ({ name }: LayerNode, block: string): boolean =>
  SHORTCUT_PART.test(name.slice(block.length + 1));

/** Stages of several networks in one order, by stage and index, so that the same block is at the same place. */
export function joinedStages(nets: readonly (readonly LayerStage[])[]): LayerStage[] {
  const all = new Map<string, LayerStage>();
  for (const stages of nets) {
    for (const stage of stages) if (!all.has(stage.id)) all.set(stage.id, stage);
  }
  return [...all.values()].sort((a, b) => {
    const [stageA, indexA] = placeOf(a);
    const [stageB, indexB] = placeOf(b);
    return stageA - stageB || indexA - indexB;
  });
}

function placeOf({ id }: LayerStage): readonly [number, number] {
  if (id === 'input') return [-1, 0];
  if (id === 'stem') return [0, 0];
  const [, stage, index] = /^layer(\d+)\.(\d+)$/.exec(id) ?? [];
  return [Number(stage ?? Number.POSITIVE_INFINITY), Number(index ?? 0)];
}
