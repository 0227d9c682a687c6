/** Networks for the tests of exports: every kind, with weights that make no two tensors interchangeable. */
import { CIFAR10_CLASSES } from '../../data/normalization.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { initialWeights } from '../../model/initialize.ts';
import { completeConfig } from '../../model/parse.ts';
import { fillNormal, streamOf } from '../../model/random.ts';
import type { ExportModel } from '../exportModel.ts';

type ModelInput = NonNullable<RunConfigInput['model']>;

/** Together they have every kind of node and parameter; the first two are the paper's ResNet-20. */
export const NETS: Readonly<Record<string, ModelInput>> = {
  'ResNet-20 A': { projection: 'A' },
  'ResNet-20 B': { projection: 'B' },
  'bottleneck C': {
    ...{ block: 'bottleneck', projection: 'C', stageDepths: [2, 2, 2], stageWidths: [8, 12, 16] },
  },
  'pre-activation B': { order: 'pre', projection: 'B', stageDepths: [2, 2, 2] },
  'plain-14': { shortcuts: false, stageDepths: [2, 2, 2] },
  'cut shortcuts': {
    ...{
      projection: 'B',
      stageDepths: [2, 2, 2],
      cutShortcuts: ['layer1.1', 'layer2.0', 'layer3.1'],
    },
  },
  'ImageNet stem, small images': {
    ...{ stem: 'imagenet', projection: 'B', stageDepths: [1, 2], stageWidths: [16, 24] },
    ...{ inputSize: 16, classes: 12, dropout: 0.5 },
  },
  'no BatchNorm, tanh, bottleneck A': {
    ...{ normalization: 'none', activation: 'tanh', block: 'bottleneck', projection: 'A' },
    ...{ stageDepths: [2, 1], stageWidths: [6, 10], stemWidth: 5, cutShortcuts: ['layer1.1'] },
  },
  'bottleneck A, zeros at the end, stride on the 1×1, max-pool': {
    ...{ block: 'bottleneck', projection: 'A', paddingA: 'end', bottleneckStride: '1x1' },
    ...{ stageDepths: [1, 1], stageWidths: [4, 6], stemPool: true, batchNormEps: 0.003 },
  },
  'pre-activation B from the activated input, ImageNet stem without max-pool': {
    ...{ order: 'pre', projection: 'B', preProjection: 'activated', batchNormEps: 0.003 },
    ...{ stem: 'imagenet', stemPool: false, stageDepths: [2, 2], stageWidths: [8, 12] },
  },
  'pre-activation A, sigmoid, ImageNet stem': {
    ...{ order: 'pre', activation: 'sigmoid', stem: 'imagenet', projection: 'A' },
    ...{ stageDepths: [1, 1], stageWidths: [7, 10] },
  },
  'SkipInit without BatchNorm, a cut shortcut': {
    ...{ normalization: 'none', branchScale: 'scalar', cutShortcuts: ['layer1.1'] },
    ...{ stageDepths: [2, 1], stageWidths: [6, 9], projection: 'B' },
  },
  'LayerScale, stochastic depth, scaled shortcuts': {
    ...{ branchScale: 'channel', survival: 0.4, shortcutScale: 0.7, order: 'pre', projection: 'C' },
    ...{ block: 'bottleneck', stageDepths: [1, 2], stageWidths: [4, 6] },
  },
  'group norm, pre-activation B': {
    ...{ normalization: 'group', normGroups: 3, order: 'pre', projection: 'B' },
    ...{ stageDepths: [1, 1], stageWidths: [6, 10], batchNormEps: 0.003 },
  },
  'squeeze-excitation, bottleneck B': {
    ...{ squeezeExcitation: 4, block: 'bottleneck', projection: 'B' },
    ...{ stageDepths: [2, 1], stageWidths: [3, 5] },
  },
  'BatchNorm after the addition, a cut shortcut': {
    ...{ order: 'normAfterAdd', projection: 'B', cutShortcuts: ['layer1.1'] },
    ...{ stageDepths: [2, 1], stageWidths: [6, 9] },
  },
  'activation before the addition': {
    ...{ order: 'actBeforeAdd', block: 'bottleneck', stageDepths: [1, 2], stageWidths: [4, 6] },
  },
  'exclusive gates, a cut shortcut': {
    ...{ shortcutGate: 'exclusive', gateBias: -1, cutShortcuts: ['layer1.1'] },
    ...{ stageDepths: [2, 1], stageWidths: [6, 9] },
  },
  'shortcuts gated, scaled and dropped out': {
    ...{ shortcutGate: 'shortcutOnly', shortcutScale: 0.5, shortcutDropout: 0.5, order: 'pre' },
    ...{ projection: 'B', stageDepths: [1, 2], stageWidths: [4, 6] },
  },
  'branches and shortcuts halved': {
    ...{ branchScale: 'constant', shortcutScale: 0.5, stageDepths: [2, 2], stageWidths: [6, 9] },
  },
};

/** Of images normalised otherwise than CIFAR-10's usually are. */
const DATA: Readonly<Record<string, RunConfigInput['data']>> = {
  'ImageNet stem, small images': { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
};

export const NET_NAMES: readonly string[] = Object.keys(NETS);

/** A net as if it had been trained for 1234 steps. */
export function exportModel(name: string, seed = 1): ExportModel {
  const config = completeConfig({ version: 1, model: NETS[name] ?? {}, data: DATA[name] ?? {} });
  const graph = buildGraph(config.model);
  return {
    config,
    graph,
    weights: shakenWeights(graph, seed),
    classNames: CIFAR10_CLASSES,
    step: 1234,
    test: { loss: 0.5, accuracy: 0.8125, images: 2000 },
  };
}

/** Initial weights, with scales, shifts, biases and running statistics away from 0 and 1. */
export function shakenWeights(graph: LayerGraph, seed: number): StateDict {
  const state = initialWeights(graph, seed);
  const shake = (name: string, centre: number, deviation: number): void => {
    const tensor = state.get(name);
    if (tensor === undefined) throw new Error(`no ${name}`);
    const noise = fillNormal(new Float32Array(tensor.data.length), seed, streamOf(name), deviation);
    state.set(name, { shape: tensor.shape, data: noise.map((value) => value + centre) });
  };
  for (const { name, role } of graph.parameters) {
    if (role === 'normWeight' || role === 'branchScale') shake(name, 1, 0.2);
    if (role.endsWith('Bias')) shake(name, 0, 0.2);
  }
  for (const { name, initial } of graph.runningStatistics) {
    shake(name, initial, 0.2);
    // A variance in the range that He weights give, and not so small that signals die out in a plain net.
    const tensor = state.get(name);
    if (initial === 1 && tensor !== undefined) {
      state.set(name, { ...tensor, data: tensor.data.map((value) => 0.3 + value * value) });
    }
  }
  return state;
}
