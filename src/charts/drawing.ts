/** Layout of the network's drawing: rows of blocks for each stage, between the stem and the classifier. */
import type { BlockInfo, LayerGraph, TensorShape } from '../model/graph.ts';

/** Few enough that each block is wide enough for a finger. */
const BLOCKS_PER_ROW = 12;
export const ROW_HEIGHT = 46;

export interface DrawnBlock {
  readonly info: BlockInfo;
  readonly x: number;
  readonly width: number;
  /** Convolutions of the block's main path: names without `.weight`, and output channels. */
  readonly convolutions: readonly { readonly name: string; readonly channels: number }[];
}

export interface DrawnRow {
  /** `conv2_x`; empty if the stage continues from the row above. */
  readonly label: string;
  readonly shape: TensorShape;
  readonly y: number;
  readonly blocks: readonly DrawnBlock[];
}

interface NetworkLayout {
  readonly rows: readonly DrawnRow[];
  readonly height: number;
}

/** @param width of the blocks' part of the drawing. */
export function layoutNetwork(graph: LayerGraph, width: number): NetworkLayout {
  const rows: DrawnRow[] = [];
  const stages = new Map<number, BlockInfo[]>();
  for (const block of graph.blocks) {
    stages.set(block.stage, [...(stages.get(block.stage) ?? []), block]);
  }
  const longest = Math.max(...[...stages.values()].map((blocks) => blocks.length));
  const blockWidth = width / Math.min(BLOCKS_PER_ROW, Math.max(3, longest));
  for (const [stage, blocks] of stages) {
    for (let start = 0; start < blocks.length; start += BLOCKS_PER_ROW) {
      const inRow = blocks.slice(start, start + BLOCKS_PER_ROW);
      const drawn = inRow.map((info, i) => ({
        info,
        x: i * blockWidth,
        width: blockWidth,
        convolutions: convolutionsOf(graph, info.name),
      }));
      const shape = inRow[0]?.outShape ?? { channels: 0, height: 0, width: 0 };
      rows.push({
        label: start === 0 ? `conv${stage + 1}_x` : '',
        shape,
        y: rows.length * ROW_HEIGHT,
        blocks: drawn,
      });
    }
  }
  return { rows, height: rows.length * ROW_HEIGHT };
}

function convolutionsOf(graph: LayerGraph, block: string): DrawnBlock['convolutions'] {
  return graph.nodes.flatMap((node) =>
    node.kind === 'conv' && node.block === block && !node.name.includes('downsample')
      ? [{ name: node.name, channels: node.shape.channels }]
      : [],
  );
}

/** Height of a convolution's bar: it grows with every doubling of the channels. */
export function barHeight(channels: number): number {
  return Math.min(22, 4 + 2 * Math.log2(Math.max(1, channels)));
}

/** An arc around a block, from its input to its output. */
export function arcPath({ x, width }: Pick<DrawnBlock, 'x' | 'width'>, y: number): string {
  const lift = Math.min(16, width * 0.6);
  const [from, to] = [x + 1, x + width - 1];
  return `M${from} ${y}C${from} ${y - lift * 1.5} ${to} ${y - lift * 1.5} ${to} ${y}`;
}
