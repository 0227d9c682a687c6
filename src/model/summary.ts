/** A network in the paper's terms: the rows of He et al. 2015, table 1. */
import type { ModelConfig } from './config.ts';
import { nodeMacs } from './cost.ts';
import type { LayerGraph, LayerNode, NodeId, TensorShape } from './graph.ts';
import { mainPath } from './layerWords.ts';
import { t } from '../text/t.ts';

interface SummaryRow {
  /** `conv1`, `conv2_x`, …, `avgpool`, `fc` */
  readonly name: string;
  readonly output: TensorShape;
  /** Kernel and channels of the layers: `3×3, 16`; `[3×3, 16; 3×3, 16] × 3`; `3×3 max pool, stride 2`. */
  readonly layers: readonly string[];
  /**
   * Side of the image region that one output value depends on by the layers' windows, in pixels; null if it is the whole
   * image. What `seesWholeMaps` tells of is left out.
   */
  readonly receptiveField: number | null;
  /** Number of trainable values. */
  readonly parameters: number;
  /** Multiply-adds per image. */
  readonly macs: number;
  /** Blocks by the kind of their shortcut, which is drawn solid, dashed or not at all. */
  readonly shortcuts: {
    readonly identity: number;
    readonly shapeChanging: number;
    readonly missing: number;
  };
}

/** The rows from the image to the logits; their parameters and multiply-adds add up to the graph's. */
export function summarize(graph: LayerGraph): SummaryRow[] {
  const fields = receptiveFields(graph.nodes);
  const rowNames = [...new Set(graph.nodes.map(rowOf))].filter((name) => name !== null);
  return rowNames.map((name) => {
    const nodes = graph.nodes.filter((node) => rowOf(node) === name);
    // conv1's output is measured before the max-pool, which the paper counts as part of conv2_x.
    const last = nodes.at(-1) ?? graph.nodes[0];
    const whole = name === 'avgpool' || name === 'fc';
    return {
      name,
      output: last?.shape ?? { channels: 0, height: 0, width: 0 },
      layers: describeLayers(graph, name, nodes),
      receptiveField: whole || last === undefined ? null : (fields[last.id]?.side ?? null),
      parameters: graph.parameters
        .filter((parameter) => rowOfParameter(parameter.name) === name)
        .reduce((sum, { elements }) => sum + elements, 0),
      macs: nodes.reduce((sum, node) => sum + nodeMacs(graph.nodes, node), 0),
      shortcuts: countShortcuts(graph, name),
    };
  });
}

/** Whether values depend on means over whole maps besides: squeeze-excitation's and group norm's, which are each image's. */
export const seesWholeMaps = ({ squeezeExcitation = 0, normalization }: ModelConfig): boolean =>
  squeezeExcitation > 0 || normalization === 'group';

/** `layer1` is the paper's conv2_x. */
const stageRow = (stage: number): string => `conv${stage + 1}_x`;

function rowOf(node: LayerNode): string | null {
  if (node.kind === 'input') return null;
  if (node.kind === 'maxPool') return stageRow(1);
  return rowOfParameter(node.name);
}

/** The row of a node or parameter by its module path. */
function rowOfParameter(name: string): string {
  const stage = /^layer(\d)\./.exec(name)?.[1];
  if (stage !== undefined) return stageRow(Number(stage));
  if (/^(conv1|bn1|act1)(\.|$)/.test(name)) return 'conv1';
  return /^fc(\.|$)/.test(name) ? 'fc' : 'avgpool';
}

function describeLayers(
  graph: LayerGraph,
  row: string,
  nodes: readonly LayerNode[],
): readonly string[] {
  const blocks = graph.blocks.filter(({ stage }) => stageRow(stage) === row);
  const first = blocks[0]?.name ?? null;
  const convolutions = mainPath({ nodes }, first);
  const kernels = convolutions.map(({ kernel, shape: { channels }, stride, block }) =>
    block === null && stride > 1
      ? t`${kernel}×${kernel}, ${channels}, stride ${stride}`
      : `${kernel}×${kernel}, ${channels}`,
  );
  const others = nodes.flatMap((node) => {
    if (node.kind === 'maxPool') {
      return [t`${node.kernel}×${node.kernel} max pool, stride ${node.stride}`];
    }
    if (node.kind === 'globalAveragePool')
      return node.block === null ? [t`global average pool`] : [];
    if (node.kind === 'dropout') {
      return [node.block === null ? t`dropout ${node.rate}` : t`shortcut dropout ${node.rate}`];
    }
    return node.kind === 'linear' ? [t`${node.shape.channels}-d linear`] : [];
  });
  if (first === null) return [...kernels, ...others];
  // What every block has is said once.
  return [...new Set(others), `[${kernels.join('; ')}] × ${blocks.length}`];
}

function countShortcuts(graph: LayerGraph, row: string): SummaryRow['shortcuts'] {
  const kinds = graph.blocks.filter(({ stage }) => stageRow(stage) === row);
  const present = kinds.filter(({ shortcut }) => shortcut !== 'cut' && shortcut !== 'none');
  const shapeChanging = present.filter(({ changesShape }) => changesShape).length;
  return {
    identity: present.length - shapeChanging,
    shapeChanging,
    missing: kinds.length - present.length,
  };
}

/** Side of each node's receptive field and distance between neighbours, both in image pixels. */
function receptiveFields(nodes: readonly LayerNode[]): { side: number; jump: number }[] {
  const fields: { side: number; jump: number }[] = [];
  const at = (id: NodeId) => fields[id] ?? { side: 1, jump: 1 };
  for (const node of nodes) {
    if (node.kind === 'input') {
      fields.push({ side: 1, jump: 1 });
      continue;
    }
    const { side, jump } = at(node.input);
    if (node.kind === 'conv' || node.kind === 'maxPool') {
      fields.push({ side: side + (node.kernel - 1) * jump, jump: jump * node.stride });
    } else if (node.kind === 'subsamplePad') {
      fields.push({ side, jump: jump * node.stride });
    } else if (node.kind === 'add') {
      fields.push({ side: Math.max(side, at(node.shortcut).side), jump });
    } else {
      fields.push({ side, jump });
    }
  }
  return fields;
}
