import { describe, expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { exportName, importName, namingFault } from './names.ts';
import { exportModel, NET_NAMES } from './testing/nets.ts';

describe('names', () => {
  it.each([
    ['conv1.weight', 'conv1.weight'],
    ['fc.bias', 'linear.bias'],
    ['layer2.0.downsample.0.weight', 'layer2.0.shortcut.0.weight'],
    ['layer3.0.downsample.1.running_var', 'layer3.0.shortcut.1.running_var'],
    ['layer3.0.downsample.1.num_batches_tracked', 'layer3.0.shortcut.1.num_batches_tracked'],
  ])('%s is called %s in CIFAR checkpoints', (ours, theirs) => {
    expect(exportName(ours, 'cifar')).toBe(theirs);
    expect(exportName(ours, 'torchvision')).toBe(ours);
  });

  it.each(NET_NAMES)('leads back from every name of %s', (net) => {
    const names = [...exportModel(net).weights.keys()];
    const theirs = names.map((name) => exportName(name, 'cifar'));
    expect(new Set(theirs).size).toBe(names.length);
    expect(theirs.map((name) => importName(name, 'cifar'))).toEqual(names);
  });

  it.each([
    [{}, null],
    [{ projection: 'B', stageDepths: [18, 18, 18], inputSize: 16, dropout: 0.3 }, null],
    [{ block: 'bottleneck' }, 'no bottlenecks'],
    [{ order: 'pre' }, 'no pre-activation'],
    [{ stem: 'imagenet' }, '3×3 stem only'],
    [{ normalization: 'none' }, 'always has BatchNorm'],
    [{ activation: 'tanh' }, 'always ReLU'],
    [{ shortcuts: false }, 'always have shortcuts'],
    [{ cutShortcuts: ['layer1.0'] }, 'can’t be cut'],
    [{ shortcutScale: 0.5 }, 'neither branches nor shortcuts'],
    [{ shortcutGate: 'shortcutOnly' }, 'no gates'],
    [{ shortcutDropout: 0.5 }, null],
    [{ projection: 'C' }, 'options A and B only'],
    [{ stageWidths: [32, 64, 128] }, '16, 32 and 64 channels'],
    [{ stemWidth: 8 }, '16, 32 and 64 channels'],
    [{ stageDepths: [2, 2], stageWidths: [16, 32] }, '16, 32 and 64 channels'],
  ] as const)('CIFAR names for %j: %s', (input, fault) => {
    const { model } = completeConfig(JSON.parse(JSON.stringify({ version: 1, model: input })));
    expect(namingFault(model, 'torchvision')).toBeNull();
    const found = namingFault(model, 'cifar');
    if (fault === null) expect(found).toBeNull();
    else expect(found).toContain(fault);
  });
});
