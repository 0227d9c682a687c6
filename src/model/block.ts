/** One residual block: basic (two 3×3) or bottleneck (1×1, 3×3, 1×1), He et al. 2015 fig. 5; 2016 fig. 1 for the order. */
import { branchScaleStart, learnsScale, survivalOf } from './branchScale.ts';
import type { ModelConfig } from './config.ts';
import { refuse } from './errors.ts';
import { excited } from './excitation.ts';
import type { BlockInfo, NodeId, TensorShape } from './graph.ts';
import { type ConvolutionSpec, type GraphBuilder, windowedSize } from './graphBuilder.ts';
import { streamOf } from './random.ts';
import { t } from '../text/t.ts';

/** A bottleneck's output is this many times as wide as its 3×3 convolution. */
export const BOTTLENECK_EXPANSION = 4;

interface BlockSpec {
  /** `layer2.0` */
  readonly name: string;
  readonly stage: number;
  readonly index: number;
  readonly stride: number;
  /** Channels of the 3×3 convolutions. */
  readonly width: number;
  /** Its place among all blocks, from 1, and their number. */
  readonly place: number;
  readonly blocks: number;
}

/** Output channels of a block whose 3×3 convolutions have `width` channels. */
export function blockOutputChannels(block: ModelConfig['block'], width: number): number {
  return block === 'bottleneck' ? width * BOTTLENECK_EXPANSION : width;
}

/** Channels of zeros that option A puts before the others, of `added` in all. */
export const zerosBefore = ({ paddingA }: Pick<ModelConfig, 'paddingA'>, added: number): number =>
  paddingA === 'end' ? 0 : Math.floor(added / 2);

/** The block's branch, first convolution first. Basic blocks have the stride on the first 3×3. */
function branchConvolutions(
  { block, bottleneckStride }: ModelConfig,
  { name, width, stride }: BlockSpec,
  inChannels: number,
): readonly ConvolutionSpec[] {
  const layers =
    block === 'bottleneck'
      ? [
          { outChannels: width, kernel: 1, stride: bottleneckStride === '1x1' ? stride : 1 },
          { outChannels: width, kernel: 3, stride: bottleneckStride === '3x3' ? stride : 1 },
          { outChannels: width * BOTTLENECK_EXPANSION, kernel: 1, stride: 1 },
        ]
      : [
          { outChannels: width, kernel: 3, stride },
          { outChannels: width, kernel: 3, stride: 1 },
        ];
  let channels = inChannels;
  return layers.map((layer, i) => {
    const spec = { name: `${name}.conv${i + 1}`, block: name, inChannels: channels, ...layer };
    channels = layer.outChannels;
    return spec;
  });
}

function shortcutKind(model: ModelConfig, name: string, changesShape: boolean) {
  if (!model.shortcuts) return 'none';
  if (model.cutShortcuts.includes(name)) return 'cut';
  if (model.projection === 'C') return 'projection';
  if (!changesShape) return 'identity';
  return model.projection === 'A' ? 'optionA' : 'projection';
}

/** Option A's shortcut: every `stride`-th pixel, then channels of zeros on both sides or at the end. */
function optionA(builder: GraphBuilder, spec: BlockSpec, input: NodeId, out: TensorShape): NodeId {
  const { channels } = builder.shapeOf(input);
  if (out.channels < channels) {
    refuse(
      spec.stage === 1 ? 'model.stemWidth' : 'model.stageWidths',
      t`${spec.name} narrows from ${channels} to ${out.channels} channels, and shortcut option A can only add channels. Make the stage at least as wide, or choose option B or C.`,
    );
  }
  const padBefore = zerosBefore(builder.model, out.channels - channels);
  return builder.add({
    kind: 'subsamplePad',
    name: `${spec.name}.shortcut`,
    block: spec.name,
    shape: out,
    input,
    stride: spec.stride,
    padBefore,
  });
}

/** @throws ConfigError where branches that start at zero would stay there. */
function checkZeroInit(model: ModelConfig): void {
  const { order, zeroInitResidual, init, activation, shortcuts } = model;
  if (!zeroInitResidual && init !== 'fixup') return;
  const field = zeroInitResidual ? 'model.zeroInitResidual' : 'model.init';
  if (order === 'actBeforeAdd' && activation === 'relu')
    refuse(field, t`Branches that end in a ReLU would stay at zero. Start them as usual.`);
  // The gradient of either factor is a multiple of the other one.
  if (shortcuts && learnsScale(model) && branchScaleStart(model) === 0)
    refuse(
      field,
      t`Branches that start at zero, times a learnt factor that does, would stay there. Start the factor at 1.`,
    );
}

/** The branch times what the config multiplies it by. @param gate the block's, if it has one. */
function scaledBranch(
  builder: GraphBuilder,
  spec: BlockSpec,
  ungated: NodeId,
  gate: NodeId | null,
): NodeId {
  const { model } = builder;
  const branch =
    gate !== null && model.shortcutGate === 'exclusive'
      ? builder.gate(`${spec.name}.gated`, spec.name, ungated, gate, false)
      : ungated;
  const survival = survivalOf(model, spec.place, spec.blocks);
  if (model.branchScale === undefined && survival === 1) return branch;
  const factor = model.branchScale === 'constant' ? branchScaleStart(model) : 1;
  const weight = learnsScale(model) ? branchScaleName(spec.name) : null;
  const factors = { factor, weight, survival };
  return builder.scale(`${spec.name}.scaled`, spec.name, branch, factors);
}

/** What comes out of the shortcut's way, times what the config multiplies it by. */
function scaledShortcut(
  builder: GraphBuilder,
  { name }: BlockSpec,
  carried: NodeId,
  gate: NodeId | null,
): NodeId {
  const { shortcutScale = 1, shortcutDropout = 0 } = builder.model;
  let last = carried;
  if (gate !== null) last = builder.gate(`${name}.shortcutGate`, name, last, gate, true);
  if (shortcutDropout > 0) {
    const dropped = `${name}.shortcutDropout`;
    last = builder.dropout(dropped, name, last, shortcutDropout, streamOf(dropped));
  }
  if (shortcutScale === 1) return last;
  return builder.scale(`${name}.shortcutScale`, name, last, { factor: shortcutScale });
}

/** Of the parameter. */
const branchScaleName = (block: string): string => `${block}.scale`;

/**
 * Adds the block `spec` after `input`.
 * @returns the node of the block's output, and what drawing the block takes.
 * @throws ConfigError if option A would have to drop channels.
 */
export function addBlock(
  builder: GraphBuilder,
  spec: BlockSpec,
  input: NodeId,
): { output: NodeId; info: BlockInfo } {
  const { model } = builder;
  const { name } = spec;
  const inShape = builder.shapeOf(input);
  const outShape = {
    channels: blockOutputChannels(model.block, spec.width),
    height: windowedSize(inShape.height, 1, spec.stride, 0),
    width: windowedSize(inShape.width, 1, spec.stride, 0),
  };
  const changesShape = spec.stride !== 1 || inShape.channels !== outShape.channels;
  const shortcut = shortcutKind(model, name, changesShape);
  const normalized = model.normalization !== 'none';
  const { order } = model;
  const preActivation = order === 'pre';
  checkZeroInit(model);

  const { branchScale } = model;
  if (model.shortcuts && learnsScale(model)) {
    // First in its block, as PyTorch lists a module's own parameters before those of its parts.
    const elements = branchScale === 'scalar' ? 1 : outShape.channels;
    builder.declareBranchScale(branchScaleName(name), elements, shortcut !== 'cut');
  }

  let branch = input;
  // The input of the projection, if there is one.
  let projectable = input;
  const convolutions = branchConvolutions(model, spec, inShape.channels);
  convolutions.forEach((convolution, i) => {
    const norm = `${name}.bn${i + 1}`;
    const activation = `${name}.act${i + 1}`;
    builder.declareConvolution(convolution, true);
    if (normalized) {
      const channels = preActivation ? convolution.inChannels : convolution.outChannels;
      builder.declareNorm(norm, channels, true);
    }
    if (preActivation) {
      if (normalized) branch = builder.norm(norm, name, branch);
      branch = builder.activation(activation, name, branch);
      if (i === 0 && model.preProjection === 'activated') projectable = branch;
      branch = builder.convolution(convolution, branch);
    } else {
      const isLast = i === convolutions.length - 1;
      branch = builder.convolution(convolution, branch);
      if (normalized && !(isLast && order === 'normAfterAdd')) {
        branch = builder.norm(norm, name, branch);
      }
      // Usually the last activation follows the addition.
      if (!isLast || order === 'actBeforeAdd') {
        branch = builder.activation(activation, name, branch);
      }
    }
  });

  branch = excited(builder, name, branch, model);

  const projected = model.shortcuts && (model.projection === 'C' || changesShape);
  const projection: ConvolutionSpec = {
    name: `${name}.downsample.0`,
    block: name,
    kernel: 1,
    stride: spec.stride,
    inChannels: inShape.channels,
    outChannels: outShape.channels,
  };
  const projectionNorm = normalized && !preActivation ? `${name}.downsample.1` : null;
  if (projected && model.projection !== 'A') {
    const active = shortcut === 'projection';
    builder.declareConvolution(projection, active);
    if (projectionNorm !== null) builder.declareNorm(projectionNorm, outShape.channels, active);
  }

  const gated: ConvolutionSpec = { ...projection, name: `${name}.gate` };
  if (model.shortcuts && model.shortcutGate !== undefined) {
    builder.declareGate(gated, shortcut !== 'cut');
  }

  let output = branch;
  if (shortcut !== 'none' && shortcut !== 'cut') {
    // Ahead of the shortcut: backward, option A's gradient is then the first to reach the block's input.
    const gate = model.shortcutGate === undefined ? null : builder.gateValue(gated, input);
    let carried = input;
    if (shortcut === 'optionA') carried = optionA(builder, spec, input, outShape);
    if (shortcut === 'projection') {
      carried = builder.convolution(projection, projectable);
      if (projectionNorm !== null) carried = builder.norm(projectionNorm, name, carried);
    }
    output = builder.add({
      kind: 'add',
      name: `${name}.add`,
      block: name,
      shape: outShape,
      input: scaledBranch(builder, spec, branch, gate),
      shortcut: scaledShortcut(builder, spec, carried, gate),
    });
  }
  if (normalized && order === 'normAfterAdd') {
    output = builder.norm(`${name}.bn${convolutions.length}`, name, output);
  }
  if (order === 'post' || order === 'normAfterAdd') {
    output = builder.activation(`${name}.act${convolutions.length}`, name, output);
  }
  const { stage, index } = spec;
  return { output, info: { name, stage, index, inShape, outShape, changesShape, shortcut } };
}
