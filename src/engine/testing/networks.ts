/** Small networks of every kind, for tests of whole engines. */
import type { RunConfigInput } from '../../model/config.ts';

type Model = NonNullable<RunConfigInput['model']>;

export const NETWORKS: Readonly<Record<string, Model>> = {
  'pre-activation, option A': { order: 'pre', stageDepths: [1, 2], stageWidths: [3, 6] },
  'pre-activation, option B': {
    order: 'pre',
    projection: 'B',
    stageDepths: [2, 1],
    stageWidths: [4, 5],
  },
  'pre-activation bottleneck, option C': {
    order: 'pre',
    block: 'bottleneck',
    projection: 'C',
    stageDepths: [1, 1],
    stageWidths: [2, 3],
  },
  'pre-activation bottleneck, option C from the activated input, stride on the 1×1': {
    order: 'pre',
    block: 'bottleneck',
    projection: 'C',
    preProjection: 'activated',
    bottleneckStride: '1x1',
    batchNormEps: 0.01,
    stageDepths: [1, 1],
    stageWidths: [2, 3],
  },
  'pre-activation without normalization': {
    order: 'pre',
    normalization: 'none',
    stageDepths: [2, 1],
    stageWidths: [4, 8],
  },
  'ImageNet stem, pre-activation': {
    stem: 'imagenet',
    order: 'pre',
    stemWidth: 5,
    projection: 'B',
    stageDepths: [1],
    stageWidths: [6],
  },
  'post-activation, option A, odd widths': { stageDepths: [1, 2], stageWidths: [3, 7] },
  'post-activation, option C, sigmoid': {
    projection: 'C',
    activation: 'sigmoid',
    stageDepths: [1, 1],
    stageWidths: [4, 6],
  },
  'option B with a cut shortcut': {
    projection: 'B',
    cutShortcuts: ['layer2.0'],
    stageDepths: [1, 2],
    stageWidths: [4, 6],
  },
  'without normalization, option B': {
    normalization: 'none',
    projection: 'B',
    stageDepths: [1, 1],
    stageWidths: [3, 5],
  },
  'a learnt number a branch, no normalization, scaled shortcuts': {
    normalization: 'none',
    branchScale: 'scalar',
    shortcutScale: 0.7,
    projection: 'B',
    stageDepths: [2, 1],
    stageWidths: [4, 6],
  },
  'a number a channel of each branch, option A, a cut shortcut': {
    branchScale: 'channel',
    shortcutScale: 0.6,
    cutShortcuts: ['layer1.1'],
    stageDepths: [2, 1],
    stageWidths: [3, 7],
  },
  'pre-activation, branches halved': {
    order: 'pre',
    branchScale: 'constant',
    projection: 'B',
    stageDepths: [2, 1],
    stageWidths: [4, 5],
  },
  'a learnt number a branch beside projections with BatchNorm': {
    branchScale: 'scalar',
    projection: 'C',
    stageDepths: [2, 1],
    stageWidths: [4, 6],
  },
  'BatchNorm after the addition, option B': {
    order: 'normAfterAdd',
    projection: 'B',
    stageDepths: [2, 1],
    stageWidths: [4, 6],
  },
  'activation before the addition, a cut shortcut': {
    order: 'actBeforeAdd',
    cutShortcuts: ['layer1.0'],
    stageDepths: [2, 1],
    stageWidths: [3, 6],
  },
  'group norm, option B': {
    normalization: 'group',
    normGroups: 2,
    projection: 'B',
    stageDepths: [2, 1],
    stageWidths: [4, 6],
  },
  'group norm, pre-activation, option A': {
    normalization: 'group',
    order: 'pre',
    stageDepths: [1, 2],
    stageWidths: [3, 6],
  },
  'one plain stage': { shortcuts: false, stageDepths: [1], stageWidths: [5], stemWidth: 3 },
};
