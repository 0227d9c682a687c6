import { expect, it } from 'vitest';
import { activationLayers } from './activationLayers.ts';
import { buildGraph } from './builder.ts';
import type { RunConfigInput } from './config.ts';
import { configOf } from './testing/configs.ts';

const responses = (model: RunConfigInput['model']) => {
  const small = { stageDepths: [1, 1], stageWidths: [4, 8], ...model };
  const layers = activationLayers(buildGraph(configOf({ model: small }).model));
  return layers.map(({ name, norm }) => `${name} ${norm?.name ?? '-'}`);
};

it('reads a convolution behind its BatchNorm, before the activation and the addition', () => {
  expect(responses({ projection: 'B' })).toEqual([
    'conv1 bn1',
    'layer1.0.conv1 layer1.0.bn1',
    'layer1.0.conv2 layer1.0.bn2',
    'layer2.0.conv1 layer2.0.bn1',
    'layer2.0.conv2 layer2.0.bn2',
    'layer2.0.downsample.0 layer2.0.downsample.1',
  ]);
  expect(responses({ projection: 'B', cutShortcuts: ['layer2.0'] })).not.toContain(
    'layer2.0.downsample.0 layer2.0.downsample.1',
  );
});

it('takes the bare convolution where no BatchNorm of its own follows', () => {
  const bare = ['conv1 -', 'layer1.0.conv1 -', 'layer1.0.conv2 -', 'layer2.0.conv1 -'];
  expect(responses({ normalization: 'none' })).toEqual([...bare, 'layer2.0.conv2 -']);
  expect(responses({ order: 'pre' })).toEqual([
    'conv1 -',
    'layer1.0.conv1 layer1.0.bn2',
    'layer1.0.conv2 -',
    'layer2.0.conv1 layer2.0.bn2',
    'layer2.0.conv2 -',
  ]);
});

it('measures a plain net where it measures its residual twin', () => {
  for (const order of ['pre', 'post', 'normAfterAdd', 'actBeforeAdd'] as const) {
    for (const block of ['basic', 'bottleneck'] as const) {
      const model = { order, block } as const;
      expect(responses({ ...model, shortcuts: false }), `${order} ${block}`).toEqual(
        responses(model),
      );
    }
  }
  expect(responses({ order: 'normAfterAdd', shortcuts: false }).slice(1, 3)).toEqual([
    'layer1.0.conv1 layer1.0.bn1',
    'layer1.0.conv2 -',
  ]);
});
