import { describe, expect, it } from 'vitest';
import { buildGraph } from './builder.ts';
import type { RunConfigInput } from './config.ts';
import { modelOf, namesOf, wiring } from './testing/configs.ts';

describe('buildGraph: shortcuts', () => {
  it('option A pads odd widths with the smaller half before', () => {
    const graph = buildGraph(
      modelOf({ stageDepths: [1, 1, 1], stageWidths: [3, 7, 10], inputSize: 7 }),
    );
    const pads = graph.nodes.filter((node) => node.kind === 'subsamplePad');
    expect(pads).toMatchObject([
      { stride: 2, padBefore: 2, shape: { channels: 7, height: 4, width: 4 } },
      { stride: 2, padBefore: 1, shape: { channels: 10, height: 2, width: 2 } },
    ]);
  });

  it('option A pads at the end where it is told to', () => {
    const model = modelOf({ paddingA: 'end', stageDepths: [1, 1], stageWidths: [4, 8] });
    const pads = buildGraph(model).nodes.filter((node) => node.kind === 'subsamplePad');
    expect(pads).toMatchObject([{ stride: 2, padBefore: 0, shape: { channels: 8 } }]);
  });

  it('a bottleneck has its stride on the 3×3, or on the first 1×1', () => {
    const small = { block: 'bottleneck' as const, stageDepths: [1, 1], stageWidths: [2, 4] };
    const strides = (bottleneckStride: '3x3' | '1x1') =>
      buildGraph(modelOf({ ...small, projection: 'B', bottleneckStride })).nodes.flatMap((node) =>
        node.kind === 'conv' && node.block === 'layer2.0' ? [node.stride] : [],
      );
    expect(strides('3x3')).toEqual([1, 2, 1, 2]);
    expect(strides('1x1')).toEqual([2, 1, 1, 2]);
  });

  it('a pre-activation projection reads the block’s input, or what the first convolution reads', () => {
    const small = { order: 'pre' as const, stageDepths: [1, 1], stageWidths: [4, 8] };
    const projectionOf = (model: RunConfigInput['model']) =>
      wiring(buildGraph(modelOf({ ...small, ...model }))).filter((line) => /downsample/.test(line));
    expect(projectionOf({ projection: 'B' })).toEqual([
      'layer2.0.downsample.0 ← layer1.0.add',
      'layer2.0.add ← layer2.0.conv2, layer2.0.downsample.0',
    ]);
    expect(projectionOf({ projection: 'B', preProjection: 'activated' })[0]).toBe(
      'layer2.0.downsample.0 ← layer2.0.act1',
    );
    // It says nothing of identities, of option A, and of post-activation blocks.
    const reads = (model: RunConfigInput['model']) => wiring(buildGraph(modelOf(model)));
    const others: RunConfigInput['model'][] = [
      { ...small, projection: 'A' },
      { ...small, order: 'post', projection: 'B' },
    ];
    for (const model of others) {
      expect(reads({ ...model, preProjection: 'activated' })).toEqual(reads(model));
    }
  });

  it('option A widens the first block where the stem is narrower, without a stride', () => {
    const graph = buildGraph(modelOf({ block: 'bottleneck', stageDepths: [2], stageWidths: [4] }));
    expect(graph.blocks.map(({ shortcut }) => shortcut)).toEqual(['optionA', 'identity']);
    expect(graph.nodes.find((node) => node.kind === 'subsamplePad')).toMatchObject({
      name: 'layer1.0.shortcut',
      stride: 1,
      padBefore: 6,
      shape: { channels: 16, height: 32, width: 32 },
    });
  });

  it('option B projects where the shape changes, C everywhere', () => {
    const kinds = (projection: 'B' | 'C', width: number) =>
      buildGraph(
        modelOf({ projection, stemWidth: width, stageDepths: [2, 2], stageWidths: [8, 8] }),
      ).blocks.map(({ shortcut, changesShape }) => `${shortcut}${changesShape ? '!' : ''}`);
    expect(kinds('B', 8)).toEqual(['identity', 'identity', 'projection!', 'identity']);
    expect(kinds('B', 5)).toEqual(['projection!', 'identity', 'projection!', 'identity']);
    expect(kinds('C', 8)).toEqual(['projection', 'projection', 'projection!', 'projection']);
  });

  it('a cut shortcut leaves its projection in the lists, inactive, and no node behind', () => {
    const model = modelOf({ projection: 'B', cutShortcuts: ['layer2.0', 'layer3.1'] });
    const whole = buildGraph({ ...model, cutShortcuts: [] });
    const cut = buildGraph(model);
    expect(namesOf(cut.parameters)).toEqual(namesOf(whole.parameters));
    expect(cut.parameterCount).toBe(whole.parameterCount);
    expect(namesOf(cut.parameters.filter(({ active }) => !active))).toEqual([
      'layer2.0.downsample.0.weight',
      'layer2.0.downsample.1.weight',
      'layer2.0.downsample.1.bias',
    ]);
    expect(cut.runningStatistics.filter(({ active }) => !active)).toEqual([
      { name: 'layer2.0.downsample.1.running_mean', channels: 32, initial: 0, active: false },
      { name: 'layer2.0.downsample.1.running_var', channels: 32, initial: 1, active: false },
    ]);
    expect(cut.blocks.flatMap(({ name, shortcut }) => (shortcut === 'cut' ? [name] : []))).toEqual([
      'layer2.0',
      'layer3.1',
    ]);
    const gone = wiring(whole).filter((line) => !wiring(cut).includes(line));
    expect(gone).toEqual([
      'layer2.0.downsample.0 ← layer1.2.act2',
      'layer2.0.downsample.1 ← layer2.0.downsample.0',
      'layer2.0.add ← layer2.0.bn2, layer2.0.downsample.1',
      'layer2.0.act2 ← layer2.0.add',
      'layer3.1.add ← layer3.1.bn2, layer3.0.act2',
      'layer3.1.act2 ← layer3.1.add',
    ]);
    expect(whole.macs - cut.macs).toBe(32 * 16 * 16 * 16);
  });

  it('a plain net has no shortcut and no projection, whatever the option', () => {
    for (const projection of ['A', 'B', 'C'] as const) {
      const graph = buildGraph(
        modelOf({ projection, shortcuts: false, cutShortcuts: ['layer1.1'] }),
      );
      expect(graph.blocks.every(({ shortcut }) => shortcut === 'none')).toBe(true);
      expect(graph.nodes.some(({ kind }) => kind === 'add' || kind === 'subsamplePad')).toBe(false);
      expect(graph.parameterCount).toBe(269_722);
    }
  });
});
