/** Model config → layer graph: stem, stages of blocks, classifier. Names and order are torchvision's. */
import { addBlock } from './block.ts';
import type { ModelConfig } from './config.ts';
import { nodeMacs } from './cost.ts';
import { refuse } from './errors.ts';
import type { BlockInfo, LayerGraph, NodeId } from './graph.ts';
import { GraphBuilder } from './graphBuilder.ts';
import { t } from '../text/t.ts';

/** Output channels of the first convolution. */
export function stemWidth(model: ModelConfig): number {
  return model.stemWidth ?? model.stageWidths[0] ?? 1;
}

/** Whether a max-pool follows the first convolution. */
export const hasStemPool = ({ stemPool, stem }: Pick<ModelConfig, 'stem' | 'stemPool'>): boolean =>
  stemPool ?? stem === 'imagenet';

/** Names of all blocks in order: `layer1.0`, `layer1.1`, … */
export function blockNames(model: Pick<ModelConfig, 'stageDepths'>): string[] {
  return model.stageDepths.flatMap((depth, stage) =>
    Array.from({ length: depth }, (_, index) => `layer${stage + 1}.${index}`),
  );
}

/**
 * The layer graph of a model: nodes in execution order with shapes per image, parameters in torchvision's state-dict
 * order, counts. Allocates nothing on a device.
 * @throws ConfigError naming the field, if stage lists disagree, a cut names no block, a stage would shrink below
 * 1×1, or option A would have to drop channels.
 */
export function buildGraph(model: ModelConfig): LayerGraph {
  checkStages(model);
  checkCuts(model);
  const builder = new GraphBuilder(model);
  let last = addStem(builder);
  const blocks: BlockInfo[] = [];
  const count = blockNames(model).length;
  for (const [stage, depth] of model.stageDepths.entries()) {
    const width = model.stageWidths[stage] ?? 1;
    for (let index = 0; index < depth; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      if (stride === 2) checkCanShrink(builder, last, stage + 1);
      const name = `layer${stage + 1}.${index}`;
      const spec = {
        name,
        stage: stage + 1,
        index,
        stride,
        width,
        place: blocks.length + 1,
        blocks: count,
      };
      const { output, info } = addBlock(builder, spec, last);
      blocks.push(info);
      last = output;
    }
  }
  const output = addClassifier(builder, last);
  const { nodes, parameters, runningStatistics } = builder;
  const parameterCount = parameters.reduce((sum, { elements }) => sum + elements, 0);
  const macs = nodes.reduce((sum, node) => sum + nodeMacs(nodes, node), 0);
  return { model, nodes, output, parameters, runningStatistics, blocks, parameterCount, macs };
}

/** First convolution, and the max-pool if there is one. Pre-activation nets leave BatchNorm and activation to the blocks. */
function addStem(builder: GraphBuilder): NodeId {
  const { model } = builder;
  const imagenet = model.stem === 'imagenet';
  const shape = { channels: 3, height: model.inputSize, width: model.inputSize };
  const input = builder.add({ kind: 'input', name: 'input', block: null, shape });
  const convolution = {
    name: 'conv1',
    block: null,
    inChannels: 3,
    outChannels: stemWidth(model),
    kernel: imagenet ? 7 : 3,
    stride: imagenet ? 2 : 1,
  };
  builder.declareConvolution(convolution, true);
  let last = builder.convolution(convolution, input);
  if (model.order !== 'pre') {
    if (model.normalization !== 'none') {
      builder.declareNorm('bn1', convolution.outChannels, true);
      last = builder.norm('bn1', null, last);
    }
    last = builder.activation('act1', null, last);
  }
  return hasStemPool(model) ? builder.maxPool('maxpool', last, 3, 2, 1) : last;
}

/** Last BatchNorm and activation of pre-activation nets, global average pool, dropout if any, linear layer. */
function addClassifier(builder: GraphBuilder, input: NodeId): NodeId {
  const { model } = builder;
  let last = input;
  if (model.order === 'pre') {
    if (model.normalization !== 'none') {
      builder.declareNorm('bn_last', builder.shapeOf(last).channels, true);
      last = builder.norm('bn_last', null, last);
    }
    last = builder.activation('act_last', null, last);
  }
  last = builder.globalAveragePool('avgpool', last);
  if (model.dropout > 0) last = builder.dropout('dropout', null, last, model.dropout);
  return builder.linear('fc', last, model.classes);
}

function checkStages(model: ModelConfig): void {
  const { stageDepths, stageWidths } = model;
  if (stageDepths.length < 1 || stageDepths.length > 4) {
    refuse(
      'model.stageDepths',
      t`A network has 1 to 4 stages; this one has ${stageDepths.length}.`,
    );
  }
  if (stageDepths.length !== stageWidths.length) {
    refuse(
      'model.stageDepths',
      t`${stageDepths.length} depths but ${stageWidths.length} widths: every stage needs one of each.`,
    );
  }
}

function checkCuts(model: ModelConfig): void {
  const names = new Set(blockNames(model));
  const unknown = model.cutShortcuts.filter((cut) => !names.has(cut));
  if (unknown.length === 0) return;
  const ranges = model.stageDepths.map(
    (depth, stage) => `layer${stage + 1}.0${depth > 1 ? `–${depth - 1}` : ''}`,
  );
  refuse(
    'model.cutShortcuts',
    t`There is no block ${unknown.join(', ')} to cut. This network has ${ranges.join(', ')}.`,
  );
}

function checkCanShrink(builder: GraphBuilder, input: NodeId, stage: number): void {
  const { height, width } = builder.shapeOf(input);
  if (height > 1 && width > 1) return;
  const { inputSize } = builder.model;
  refuse(
    'model.stageDepths',
    stage === 2
      ? t`Stage 2 would halve a ${height}×${width} map: ${inputSize}×${inputSize} images are used up after 1 stage. Use fewer stages, larger images or the CIFAR stem.`
      : t`Stage ${stage} would halve a ${height}×${width} map: ${inputSize}×${inputSize} images are used up after ${stage - 1} stages. Use fewer stages, larger images or the CIFAR stem.`,
  );
}
