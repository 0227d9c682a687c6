import { describe, expect, it } from 'vitest';
import { bottleneckArithmetic } from './bottleneck.ts';
import { buildGraph } from './builder.ts';
import { estimatedStepMs, stepsForEpochs, trainingFlopsPerImage } from './cost.ts';
import { PRESETS, presetConfig } from './presets.ts';
import { seesWholeMaps, summarize } from './summary.ts';
import { modelOf } from './testing/configs.ts';

describe('summarize', () => {
  it('ResNet-20', () => {
    const rows = summarize(buildGraph(presetConfig('resnet-20').model));
    const plain = { identity: 0, shapeChanging: 0, missing: 0 };
    expect(rows).toEqual([
      {
        name: 'conv1',
        output: { channels: 16, height: 32, width: 32 },
        layers: ['3×3, 16'],
        receptiveField: 3,
        parameters: 464,
        macs: 442_368,
        shortcuts: plain,
      },
      {
        name: 'conv2_x',
        output: { channels: 16, height: 32, width: 32 },
        layers: ['[3×3, 16; 3×3, 16] × 3'],
        receptiveField: 15,
        parameters: 14_016,
        macs: 14_155_776,
        shortcuts: { identity: 3, shapeChanging: 0, missing: 0 },
      },
      {
        name: 'conv3_x',
        output: { channels: 32, height: 16, width: 16 },
        layers: ['[3×3, 32; 3×3, 32] × 3'],
        receptiveField: 37,
        parameters: 51_072,
        macs: 12_976_128,
        shortcuts: { identity: 2, shapeChanging: 1, missing: 0 },
      },
      {
        name: 'conv4_x',
        output: { channels: 64, height: 8, width: 8 },
        layers: ['[3×3, 64; 3×3, 64] × 3'],
        receptiveField: 81,
        parameters: 203_520,
        macs: 12_976_128,
        shortcuts: { identity: 2, shapeChanging: 1, missing: 0 },
      },
      {
        name: 'avgpool',
        output: { channels: 64, height: 1, width: 1 },
        layers: ['global average pool'],
        receptiveField: null,
        parameters: 0,
        macs: 0,
        shortcuts: plain,
      },
      {
        name: 'fc',
        output: { channels: 10, height: 1, width: 1 },
        layers: ['10-d linear'],
        receptiveField: null,
        parameters: 650,
        macs: 640,
        shortcuts: plain,
      },
    ]);
  });

  it('ResNet-50 at 224×224 reads like table 1', () => {
    const model = { ...presetConfig('resnet-50').model, inputSize: 224, classes: 1000 };
    const rows = summarize(buildGraph(model));
    expect(rows.map(({ name, output, layers }) => [name, output.height, ...layers])).toEqual([
      ['conv1', 112, '7×7, 64, stride 2'],
      ['conv2_x', 56, '3×3 max pool, stride 2', '[1×1, 64; 3×3, 64; 1×1, 256] × 3'],
      ['conv3_x', 28, '[1×1, 128; 3×3, 128; 1×1, 512] × 4'],
      ['conv4_x', 14, '[1×1, 256; 3×3, 256; 1×1, 1024] × 6'],
      ['conv5_x', 7, '[1×1, 512; 3×3, 512; 1×1, 2048] × 3'],
      ['avgpool', 1, 'global average pool'],
      ['fc', 1, '1000-d linear'],
    ]);
  });

  it('says dropout on shortcuts once a stage', () => {
    const model = modelOf({ dropout: 0.3, shortcutDropout: 0.5, stageWidths: [4, 8, 16] });
    expect(summarize(buildGraph(model)).map(({ layers }) => layers.join(', '))).toEqual([
      '3×3, 4',
      'shortcut dropout 0.5, [3×3, 4; 3×3, 4] × 3',
      'shortcut dropout 0.5, [3×3, 8; 3×3, 8] × 3',
      'shortcut dropout 0.5, [3×3, 16; 3×3, 16] × 3',
      'global average pool, dropout 0.3',
      '10-d linear',
    ]);
  });

  it('ResNet-18 sees 7, 43, 99, 211 and 435 pixels', () => {
    const rows = summarize(buildGraph(presetConfig('resnet-18').model));
    const fields = rows.map(({ receptiveField }) => receptiveField);
    expect(fields).toEqual([7, 43, 99, 211, 435, null, null]);
  });

  it('tells what sees whole maps besides its windows, and counts the windows alone', () => {
    const squeezed = modelOf({ squeezeExcitation: 16 });
    expect(seesWholeMaps(squeezed)).toBe(true);
    expect(seesWholeMaps(modelOf({ normalization: 'group' }))).toBe(true);
    expect(seesWholeMaps(modelOf({ normGroups: 4, squeezeExcitation: 0 }))).toBe(false);
    const fields = summarize(buildGraph(squeezed)).map(({ receptiveField }) => receptiveField);
    expect(fields).toEqual([3, 15, 37, 81, null, null]);
  });

  it('adds up to the whole net, for every preset and odd ones', () => {
    const odd = { stageDepths: [1, 2], stageWidths: [3, 7], order: 'pre', dropout: 0.1 } as const;
    const models = [
      ...PRESETS.map(({ name }) => presetConfig(name).model),
      modelOf({ ...odd, stageDepths: [1, 2], stageWidths: [3, 7], projection: 'C' }),
    ];
    for (const model of models) {
      const graph = buildGraph(model);
      const rows = summarize(graph);
      const sum = (key: 'parameters' | 'macs') => rows.reduce((total, row) => total + row[key], 0);
      expect(sum('parameters')).toBe(graph.parameterCount);
      expect(sum('macs')).toBe(graph.macs);
    }
  });

  it('counts missing shortcuts; a cut one does not narrow what its branch sees', () => {
    const model = modelOf({ projection: 'B', cutShortcuts: ['layer2.0', 'layer2.2'] });
    const row = summarize(buildGraph(model))[2];
    expect(row?.shortcuts).toEqual({ identity: 1, shapeChanging: 0, missing: 2 });
    expect(row?.receptiveField).toBe(37);
    expect(summarize(buildGraph({ ...model, shortcuts: false }))[1]?.shortcuts.missing).toBe(3);
  });
});

describe('bottleneckArithmetic', () => {
  it('gives the paper’s 69,632 against 1,179,648', () => {
    const { bottleneck, basic } = bottleneckArithmetic();
    expect(bottleneck.weights).toBe(69_632);
    expect(bottleneck.layers.map(({ weights }) => weights)).toEqual([16_384, 36_864, 16_384]);
    expect(basic.weights).toBe(1_179_648);
    expect(basic.layers[0]).toEqual({
      kernel: 3,
      inChannels: 256,
      outChannels: 256,
      weights: 589_824,
    });
  });

  it('agrees with the blocks that the builder makes', () => {
    const branch = (model: Parameters<typeof modelOf>[0]) =>
      buildGraph(modelOf({ stemWidth: 256, stageDepths: [1], ...model }))
        .parameters.filter(({ name, role }) => role === 'convWeight' && name.startsWith('layer'))
        .reduce((sum, { elements }) => sum + elements, 0);
    expect(branch({ block: 'bottleneck', stageWidths: [64] })).toBe(69_632);
    expect(branch({ block: 'basic', stageWidths: [256] })).toBe(1_179_648);
  });
});

describe('estimates', () => {
  it('count forward, input gradient and weight gradient, two operations a multiply-add', () => {
    const graph = buildGraph(presetConfig('resnet-20').model);
    expect(trainingFlopsPerImage(graph)).toBe(243_306_240);
    // 32 images at 1 GFLOP/s.
    expect(estimatedStepMs(graph, 32, 1)).toBeCloseTo(7785.8, 1);
  });

  it('round the last pass up', () => {
    expect(stepsForEpochs(10, 10_000, 128)).toBe(782);
    expect(stepsForEpochs(1, 128, 128)).toBe(1);
  });
});
