import { describe, expect, it } from 'vitest';
import { networkName } from './networkName.ts';
import { hasShortcuts } from './shortcuts.ts';
import { modelOf } from './testing/configs.ts';

describe('networkName', () => {
  it('counts the layers with weights', () => {
    expect(networkName(modelOf({}))).toBe('ResNet-20');
    expect(networkName(modelOf({ shortcuts: false, stageDepths: [9, 9, 9] }))).toBe('Plain-56');
    expect(networkName(modelOf({ order: 'pre', stageDepths: [18, 18, 18] }))).toBe('PreResNet-110');
    const one = { stageDepths: [1], stageWidths: [5] };
    expect(networkName(modelOf({ block: 'bottleneck', ...one }))).toBe('ResNet-5');
  });

  it('calls a net plain once its last shortcut is cut', () => {
    const two = { stageDepths: [2], stageWidths: [5] };
    expect(hasShortcuts(modelOf({ ...two, cutShortcuts: ['layer1.0'] }))).toBe(true);
    const cut = modelOf({ ...two, cutShortcuts: ['layer1.1', 'layer1.0'] });
    expect(networkName(cut)).toBe('Plain-6');
  });
});
