/** Where the stage draws a network: every layer in one row from the image to the classifier, arcs over its blocks. */
import type { BlockInfo, LayerGraph } from '../../model/graph.ts';
import { mainPath } from '../../model/layerWords.ts';

/** Pixels of the drawing, from the top: arcs, layers around the wire, names of the stages. */
export const STAGE_HEIGHT = 92;
export const WIRE_Y = 52;
const ARC_TOP = 8;
const LABEL_Y = 87;
/** Half of a layer's height: it grows with every doubling of its channels. */
const halfHeight = (channels: number): number =>
  Math.min(21, 6 + 2.2 * Math.log2(Math.max(1, channels / 4)));
/** The stem and the classifier, which have no block around them. */
const END_WIDTH = 20;
const STAGE_GAP = 8;
/** Blocks of a shallow net stay together. */
const MAX_BLOCK_WIDTH = 64;
const MAX_LAYER_WIDTH = 13;
/** Room around a block's layers, in distances between them. */
const BLOCK_MARGIN = 0.4;

export interface StageLayer {
  /** Without `.weight`. */
  readonly name: string;
  readonly x: number;
  readonly width: number;
  readonly halfHeight: number;
}

export interface StageBlock {
  readonly info: BlockInfo;
  readonly x: number;
  readonly width: number;
  /** SVG path of the shortcut. */
  readonly arc: string;
}

interface StageLabel {
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly x: number;
  readonly y: number;
}

export interface StageLayout {
  readonly layers: readonly StageLayer[];
  readonly blocks: readonly StageBlock[];
  readonly labels: readonly StageLabel[];
  /** Where the wire ends. */
  readonly right: number;
}

/** @param width available, in pixels. */
export function layoutStage(graph: LayerGraph, width: number): StageLayout {
  const stages = new Set(graph.blocks.map(({ stage }) => stage)).size;
  const room = width - 2 * END_WIDTH - (stages + 1) * STAGE_GAP;
  const blockWidth = Math.min(MAX_BLOCK_WIDTH, room / graph.blocks.length);
  const layers: StageLayer[] = [];
  const blocks: StageBlock[] = [];
  const labels: StageLabel[] = [];
  let x = 0;
  const single = (name: string, channels: number, anchor: 'start' | 'end') => {
    layers.push({ name, ...barAt(x + END_WIDTH / 2, END_WIDTH * 0.5, channels) });
    labels.push({ text: name, anchor, x: anchor === 'start' ? x : x + END_WIDTH, y: LABEL_Y });
    x += END_WIDTH;
  };
  const [stem] = mainPath(graph, null);
  single('conv1', stem?.shape.channels ?? 1, 'start');
  for (const [i, info] of graph.blocks.entries()) {
    if (info.stage !== graph.blocks[i - 1]?.stage) {
      x += STAGE_GAP;
      const inStage = graph.blocks.filter(({ stage }) => stage === info.stage).length;
      const text = `conv${info.stage + 1}_x`;
      labels.push({ text, anchor: 'middle', x: x + (inStage * blockWidth) / 2, y: LABEL_Y });
    }
    const convolutions = mainPath(graph, info.name);
    const pitch = blockWidth / (convolutions.length + BLOCK_MARGIN);
    const barWidth = Math.min(MAX_LAYER_WIDTH, pitch * 0.85);
    const middle = (k: number) => x + pitch * (k + (1 + BLOCK_MARGIN) / 2);
    for (const [k, { name, shape }] of convolutions.entries()) {
      layers.push({ name, ...barAt(middle(k), barWidth, shape.channels) });
    }
    blocks.push({ info, x, width: blockWidth, arc: arc(x, blockWidth) });
    x += blockWidth;
  }
  x += STAGE_GAP;
  single('fc', graph.model.classes, 'end');
  return { layers, blocks, labels, right: x };
}

const barAt = (middle: number, width: number, channels: number) => ({
  x: middle - width / 2,
  width,
  halfHeight: halfHeight(channels),
});

/** From the wire ahead of the block over its layers to the wire behind. */
function arc(x: number, width: number): string {
  const [from, to] = [x + 0.08 * width, x + 0.92 * width];
  // A cubic curve rises to three quarters of its handles.
  const handle = WIRE_Y - (WIRE_Y - ARC_TOP) / 0.75;
  return `M${from} ${WIRE_Y}C${from} ${handle} ${to} ${handle} ${to} ${WIRE_Y}`;
}
