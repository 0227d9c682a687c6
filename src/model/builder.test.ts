import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockNames, buildGraph, stemWidth } from './builder.ts';
import type { RunConfigInput } from './config.ts';
import { modelOf, namesOf, wiring } from './testing/configs.ts';

describe('buildGraph: wiring', () => {
  it('post-activation, option A: convolution, BatchNorm, activation; add, then activation', () => {
    const graph = buildGraph(modelOf({ stageDepths: [1, 1], stageWidths: [4, 8] }));
    expect(wiring(graph)).toEqual([
      'input',
      'conv1 ← input',
      'bn1 ← conv1',
      'act1 ← bn1',
      'layer1.0.conv1 ← act1',
      'layer1.0.bn1 ← layer1.0.conv1',
      'layer1.0.act1 ← layer1.0.bn1',
      'layer1.0.conv2 ← layer1.0.act1',
      'layer1.0.bn2 ← layer1.0.conv2',
      'layer1.0.add ← layer1.0.bn2, act1',
      'layer1.0.act2 ← layer1.0.add',
      'layer2.0.conv1 ← layer1.0.act2',
      'layer2.0.bn1 ← layer2.0.conv1',
      'layer2.0.act1 ← layer2.0.bn1',
      'layer2.0.conv2 ← layer2.0.act1',
      'layer2.0.bn2 ← layer2.0.conv2',
      'layer2.0.shortcut ← layer1.0.act2',
      'layer2.0.add ← layer2.0.bn2, layer2.0.shortcut',
      'layer2.0.act2 ← layer2.0.add',
      'avgpool ← layer2.0.act2',
      'fc ← avgpool',
    ]);
    expect(graph.nodes[graph.output]?.name).toBe('fc');
  });

  it('pre-activation, option C, bottleneck: the shortcut leaves from the raw input, through a convolution alone', () => {
    const graph = buildGraph(
      modelOf({
        order: 'pre',
        projection: 'C',
        block: 'bottleneck',
        stageDepths: [2],
        stageWidths: [4],
      }),
    );
    expect(wiring(graph)).toEqual([
      'input',
      'conv1 ← input',
      'layer1.0.bn1 ← conv1',
      'layer1.0.act1 ← layer1.0.bn1',
      'layer1.0.conv1 ← layer1.0.act1',
      'layer1.0.bn2 ← layer1.0.conv1',
      'layer1.0.act2 ← layer1.0.bn2',
      'layer1.0.conv2 ← layer1.0.act2',
      'layer1.0.bn3 ← layer1.0.conv2',
      'layer1.0.act3 ← layer1.0.bn3',
      'layer1.0.conv3 ← layer1.0.act3',
      'layer1.0.downsample.0 ← conv1',
      'layer1.0.add ← layer1.0.conv3, layer1.0.downsample.0',
      'layer1.1.bn1 ← layer1.0.add',
      'layer1.1.act1 ← layer1.1.bn1',
      'layer1.1.conv1 ← layer1.1.act1',
      'layer1.1.bn2 ← layer1.1.conv1',
      'layer1.1.act2 ← layer1.1.bn2',
      'layer1.1.conv2 ← layer1.1.act2',
      'layer1.1.bn3 ← layer1.1.conv2',
      'layer1.1.act3 ← layer1.1.bn3',
      'layer1.1.conv3 ← layer1.1.act3',
      'layer1.1.downsample.0 ← layer1.0.add',
      'layer1.1.add ← layer1.1.conv3, layer1.1.downsample.0',
      'bn_last ← layer1.1.add',
      'act_last ← bn_last',
      'avgpool ← act_last',
      'fc ← avgpool',
    ]);
    expect(namesOf(graph.parameters)).toContain('layer1.1.downsample.0.weight');
    expect(namesOf(graph.parameters).filter((name) => /downsample\.1|^bn1/.test(name))).toEqual([]);
    // BatchNorm stands before the convolution, so it has the convolution's input channels.
    const shapes = new Map(graph.parameters.map((p) => [p.name, p.shape]));
    expect(shapes.get('layer1.1.bn1.weight')).toEqual([16]);
    expect(shapes.get('layer1.1.bn3.weight')).toEqual([4]);
    expect(namesOf(graph.parameters).slice(-4)).toEqual([
      'bn_last.weight',
      'bn_last.bias',
      'fc.weight',
      'fc.bias',
    ]);
  });

  it('ImageNet stem, pre-activation: the max-pool follows the convolution directly', () => {
    const graph = buildGraph(modelOf({ stem: 'imagenet', order: 'pre', inputSize: 64 }));
    expect(graph.nodes[1]).toMatchObject({
      name: 'conv1',
      kernel: 7,
      stride: 2,
      padding: 3,
      shape: { channels: 16, height: 32, width: 32 },
    });
    expect(graph.nodes[2]).toMatchObject({
      kind: 'maxPool',
      input: 1,
      kernel: 3,
      stride: 2,
      padding: 1,
      shape: { channels: 16, height: 16, width: 16 },
    });
    expect(graph.nodes[3]?.name).toBe('layer1.0.bn1');
  });

  it('bottlenecks put the stride on the 3×3 and widen fourfold', () => {
    const graph = buildGraph(
      modelOf({ block: 'bottleneck', projection: 'B', stageDepths: [1, 1], stageWidths: [4, 8] }),
    );
    const strides = graph.nodes.flatMap((node) =>
      node.kind === 'conv' && node.block === 'layer2.0'
        ? [[node.name, node.kernel, node.stride]]
        : [],
    );
    expect(strides).toEqual([
      ['layer2.0.conv1', 1, 1],
      ['layer2.0.conv2', 3, 2],
      ['layer2.0.conv3', 1, 1],
      ['layer2.0.downsample.0', 1, 2],
    ]);
    expect(graph.blocks[1]?.outShape).toEqual({ channels: 32, height: 16, width: 16 });
  });

  it('pools behind the stem as the stem has it, or as it is told to', () => {
    const sizeAfterStem = (model: RunConfigInput['model']) =>
      buildGraph(modelOf({ stageDepths: [1], stageWidths: [4], ...model })).blocks[0]?.inShape
        .height;
    expect(sizeAfterStem({})).toBe(32);
    expect(sizeAfterStem({ stemPool: true })).toBe(16);
    expect(sizeAfterStem({ stem: 'imagenet' })).toBe(8);
    expect(sizeAfterStem({ stem: 'imagenet', stemPool: false })).toBe(16);
  });

  it('hands every BatchNorm its ε', () => {
    const epsilons = (model: RunConfigInput['model']) => [
      ...new Set(
        buildGraph(modelOf(model)).nodes.flatMap((node) =>
          node.kind === 'batchNorm' ? [node.epsilon] : [],
        ),
      ),
    ];
    expect(epsilons({})).toEqual([1e-5]);
    expect(epsilons({ order: 'pre', batchNormEps: 0.001 })).toEqual([0.001]);
  });

  it('without normalization every convolution has a bias and nothing is called bn', () => {
    const graph = buildGraph(
      modelOf({
        normalization: 'none',
        order: 'pre',
        projection: 'B',
        stageDepths: [1, 1],
        stageWidths: [3, 5],
      }),
    );
    expect(namesOf(graph.parameters)).toEqual([
      'conv1.weight',
      'conv1.bias',
      'layer1.0.conv1.weight',
      'layer1.0.conv1.bias',
      'layer1.0.conv2.weight',
      'layer1.0.conv2.bias',
      'layer2.0.conv1.weight',
      'layer2.0.conv1.bias',
      'layer2.0.conv2.weight',
      'layer2.0.conv2.bias',
      'layer2.0.downsample.0.weight',
      'layer2.0.downsample.0.bias',
      'fc.weight',
      'fc.bias',
    ]);
    expect(graph.runningStatistics).toEqual([]);
    expect(graph.nodes.filter((node) => node.kind === 'batchNorm')).toEqual([]);
    expect(graph.nodes.flatMap((node) => (node.kind === 'conv' ? [node.bias] : []))).toEqual(
      namesOf(graph.parameters).filter((name) => /conv\d\.bias|downsample\.0\.bias/.test(name)),
    );
  });

  it('dropout comes before fc, and only above 0', () => {
    const dropped = buildGraph(modelOf({ dropout: 0.3 }));
    expect(wiring(dropped).slice(-2)).toEqual(['dropout ← avgpool', 'fc ← dropout']);
    expect(buildGraph(modelOf({})).nodes.some((node) => node.kind === 'dropout')).toBe(false);
  });
});

describe('buildGraph: any config', () => {
  const stages = fc.array(
    fc.record({ depth: fc.integer({ min: 1, max: 3 }), width: fc.integer({ min: 1, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const model = fc
    .record({
      stages,
      stem: fc.constantFrom('cifar' as const, 'imagenet' as const),
      block: fc.constantFrom('basic' as const, 'bottleneck' as const),
      order: fc.constantFrom('post' as const, 'pre' as const),
      shortcuts: fc.boolean(),
      projection: fc.constantFrom('B' as const, 'C' as const),
      normalization: fc.constantFrom('batch' as const, 'none' as const),
      stemWidth: fc.integer({ min: 1, max: 9 }),
      inputSize: fc.integer({ min: 33, max: 64 }),
      scaled: fc.constantFrom(
        {},
        { branchScale: 'scalar' as const, shortcutScale: 0.5 },
        { branchScale: 'channel' as const, survival: 0.5 },
      ),
    })
    .map(({ stages, scaled, ...rest }) =>
      modelOf({
        ...{ ...rest, ...scaled },
        stageDepths: stages.map(({ depth }) => depth),
        stageWidths: stages.map(({ width }) => width),
      }),
    );

  it('has ids that are indices, inputs before users, shapes that fit, and parameters that nodes use', () => {
    fc.assert(
      fc.property(model, (config) => {
        const graph = buildGraph(config);
        const used: string[] = [];
        graph.nodes.forEach((node, i) => {
          expect(node.id).toBe(i);
          if (node.kind === 'input') return;
          expect(node.input).toBeLessThan(i);
          if (node.kind === 'add') {
            expect(graph.nodes[node.shortcut]?.shape).toEqual(node.shape);
            expect(graph.nodes[node.input]?.shape).toEqual(node.shape);
          }
          if ('weight' in node && node.weight !== null) used.push(node.weight);
          if ('bias' in node && node.bias !== null) used.push(node.bias);
        });
        expect(used.toSorted()).toEqual(namesOf(graph.parameters).toSorted());
        expect(new Set(used).size).toBe(used.length);
        expect(graph.blocks.map(({ name }) => name)).toEqual(blockNames(config));
        expect(graph.nodes[1]?.shape.channels).toBe(stemWidth(config));
      }),
      { numRuns: 60 },
    );
  });
});
