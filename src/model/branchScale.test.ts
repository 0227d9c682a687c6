import { describe, expect, it } from 'vitest';
import { isAlive, isGated, isScaled, survivalOf } from './branchScale.ts';
import { buildGraph } from './builder.ts';
import { initialWeights } from './initialize.ts';
import { lesioned } from './lesion.ts';
import { issuesOf, modelOf, namesOf, wiring } from './testing/configs.ts';

const SMALL = { stageDepths: [2, 1], stageWidths: [4, 8], inputSize: 8 };
const scaleNodes = (model: Parameters<typeof modelOf>[0]) =>
  buildGraph(modelOf({ ...SMALL, ...model })).nodes.flatMap((node) =>
    node.kind === 'scale' ? [node] : [],
  );

describe('scaled branches', () => {
  it('multiply before the addition, and the shortcut beside them', () => {
    const graph = buildGraph(modelOf({ ...SMALL, branchScale: 'scalar', shortcutScale: 0.5 }));
    expect(wiring(graph)).toContain('layer1.0.scaled ← layer1.0.bn2');
    expect(wiring(graph)).toContain('layer2.0.shortcutScale ← layer2.0.shortcut');
    expect(wiring(graph)).toContain('layer2.0.add ← layer2.0.scaled, layer2.0.shortcutScale');
    // A module's own parameters come before those of its parts, as in PyTorch.
    expect(namesOf(graph.parameters).slice(3, 5)).toEqual([
      'layer1.0.scale',
      'layer1.0.conv1.weight',
    ]);
  });

  it('have one number or one a channel, which start at 0, at 0.1, or where the config says', () => {
    const start = (model: object) =>
      initialWeights(buildGraph(modelOf({ ...SMALL, ...model })), 0).get('layer2.0.scale')?.data;
    expect(start({ branchScale: 'scalar' })).toEqual(Float32Array.of(0));
    expect(start({ branchScale: 'channel' })).toEqual(new Float32Array(8).fill(0.1));
    expect(start({ branchScale: 'scalar', branchScaleStart: 1 })).toEqual(Float32Array.of(1));
    expect(start({ branchScale: 'constant' })).toBeUndefined();
    expect(scaleNodes({ branchScale: 'constant' })[0]?.factor).toBe(0.5);
  });

  it('are left out where there is no shortcut; a cut one keeps its number', () => {
    expect(scaleNodes({ branchScale: 'scalar', survival: 0.5, shortcuts: false })).toEqual([]);
    const cut = buildGraph(
      modelOf({ ...SMALL, branchScale: 'scalar', cutShortcuts: ['layer1.1'] }),
    );
    expect(cut.nodes.filter(({ kind }) => kind === 'scale')).toHaveLength(2);
    expect(cut.parameters.find(({ name }) => name === 'layer1.1.scale')?.active).toBe(false);
  });

  it('go with the branch in a lesion, and the shortcut’s factor stays', () => {
    const model = modelOf({ ...SMALL, branchScale: 'scalar', shortcutScale: 0.5 });
    const names = namesOf(lesioned(buildGraph(model), ['layer1.1']).nodes);
    expect(names).not.toContain('layer1.1.scaled');
    expect(names).toContain('layer1.1.shortcutScale');
  });

  it('are none where every factor is 1', () => {
    expect(isScaled(modelOf({ ...SMALL, survival: 1, shortcutScale: 1 }))).toBe(false);
    expect(isScaled(modelOf({ ...SMALL, survival: 0.9 }))).toBe(true);
  });
});

it('branches that end in a ReLU can’t start at zero', () => {
  const model = { ...SMALL, order: 'actBeforeAdd', zeroInitResidual: true } as const;
  const issues = (activation: 'relu' | 'tanh') =>
    issuesOf(() => buildGraph(modelOf({ ...model, activation }))).map(({ field }) => field);
  expect(issues('relu')).toEqual(['model.zeroInitResidual']);
  expect(issues('tanh')).toEqual([]);
});

it('BatchNorm follows the addition, or the activation comes before it', () => {
  const wired = (order: 'normAfterAdd' | 'actBeforeAdd') =>
    wiring(buildGraph(modelOf({ ...SMALL, order }))).filter((line) =>
      /^layer1\.0\.(add|bn2|act2) /.test(line),
    );
  expect(wired('normAfterAdd')).toEqual([
    'layer1.0.add ← layer1.0.conv2, act1',
    'layer1.0.bn2 ← layer1.0.add',
    'layer1.0.act2 ← layer1.0.bn2',
  ]);
  expect(wired('actBeforeAdd')).toEqual([
    'layer1.0.bn2 ← layer1.0.conv2',
    'layer1.0.act2 ← layer1.0.bn2',
    'layer1.0.add ← layer1.0.act2, act1',
  ]);
});

describe('stochastic depth', () => {
  it('falls in a line from 1 before the first block to the last one’s chance', () => {
    expect([1, 2, 3, 4].map((l) => survivalOf({ survival: 0.5 }, l, 4))).toEqual([
      0.875, 0.75, 0.625, 0.5,
    ]);
    expect(scaleNodes({ survival: 0.4 }).map(({ survival }) => survival)).toEqual([
      0.8,
      expect.closeTo(0.6, 12),
      0.4,
    ]);
  });

  it('keeps the share that it should, each block by draws of its own', () => {
    const nodes = scaleNodes({ survival: 0.4 });
    const steps = Array.from({ length: 4000 }, (_, step) => step);
    const draws = nodes.map((node) => steps.map((step) => isAlive(node, 3, step)));
    const shares = draws.map((alive) => alive.filter(Boolean).length / steps.length);
    // Standard deviation 0.008.
    const off = nodes.map(({ survival }, i) => Math.abs((shares[i] ?? 0) - survival));
    expect(Math.max(...off)).toBeLessThan(0.03);
    const both = steps.filter((step) => draws[1]?.[step] && draws[2]?.[step]).length / steps.length;
    expect(both).toBeCloseTo(0.6 * 0.4, 1);
    expect(
      steps.map((step) => isAlive(nodes[2] ?? { survival: 1, stream: 0 }, 4, step)),
    ).not.toEqual(draws[2]);
  });
});

describe('Fixup', () => {
  const deviation = (data: Float32Array = new Float32Array()) =>
    Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);
  const starts = (model: object) => initialWeights(buildGraph(modelOf(model)), 0);
  const fixup = { normalization: 'none', init: 'fixup', stageDepths: [2, 2], stageWidths: [8, 8] };
  const he = starts({ ...fixup, init: 'he' });

  it.each([
    ['basic', 1 / 2, 2],
    ['bottleneck', 1 / Math.sqrt(2), 3],
  ] as const)(
    'starts %s branches smaller, and their ends and the classifier at 0',
    (block, share, last) => {
      const state = starts({ ...fixup, block });
      const before = starts({ ...fixup, init: 'he', block });
      const ratio = (name: string) =>
        deviation(state.get(name)?.data) / deviation(before.get(name)?.data);
      expect(ratio('layer1.1.conv1.weight')).toBeCloseTo(share, 6);
      expect(ratio(`layer2.0.conv${last}.weight`)).toBe(0);
      expect(ratio('fc.weight')).toBe(0);
      expect(ratio('conv1.weight')).toBe(1);
    },
  );

  it('starts blocks without a shortcut as He', () => {
    const cut = starts({ ...fixup, cutShortcuts: ['layer1.1'] });
    expect(cut.get('layer1.1.conv2.weight')).toEqual(he.get('layer1.1.conv2.weight'));
    expect(starts({ ...fixup, shortcuts: false })).toEqual(
      starts({ ...fixup, init: 'he', shortcuts: false }),
    );
  });
});

it('refuses branches that would stay at zero', () => {
  const build = (model: Parameters<typeof modelOf>[0]) => () =>
    buildGraph(modelOf({ ...SMALL, ...model }));
  const twice = /times a learnt factor that does, would stay there/;
  expect(build({ branchScale: 'scalar', zeroInitResidual: true })).toThrow(twice);
  expect(build({ branchScale: 'scalar', init: 'fixup', normalization: 'none' })).toThrow(twice);
  expect(build({ order: 'actBeforeAdd', init: 'fixup' })).toThrow(/end in a ReLU would stay/);
  const fixup = { branchScale: 'scalar', init: 'fixup', branchScaleStart: 1 } as const;
  expect(build({ ...fixup, normalization: 'none' })).not.toThrow();
  expect(build({ branchScale: 'scalar', zeroInitResidual: true, shortcuts: false })).not.toThrow();
});

describe('gates', () => {
  const gated = (model: Parameters<typeof modelOf>[0]) =>
    buildGraph(modelOf({ ...SMALL, ...model }));

  it('multiply both sides, or the shortcut alone, ahead of other factors', () => {
    const both = wiring(gated({ shortcutGate: 'exclusive', shortcutScale: 0.5 }));
    expect(both.filter((line) => /^layer2\.0\.(gate|shortcut|add)/.test(line))).toEqual([
      'layer2.0.gate ← layer1.1.act2',
      'layer2.0.gate.sigmoid ← layer2.0.gate',
      'layer2.0.shortcut ← layer1.1.act2',
      'layer2.0.gated ← layer2.0.bn2, layer2.0.gate.sigmoid',
      'layer2.0.shortcutGate ← layer2.0.shortcut, layer2.0.gate.sigmoid',
      'layer2.0.shortcutScale ← layer2.0.shortcutGate',
      'layer2.0.add ← layer2.0.gated, layer2.0.shortcutScale',
    ]);
    const one = wiring(gated({ shortcutGate: 'shortcutOnly', shortcutDropout: 0.5 }));
    expect(one).toContain('layer1.0.shortcutDropout ← layer1.0.shortcutGate');
    expect(one).toContain('layer1.0.add ← layer1.0.bn2, layer1.0.shortcutDropout');
  });

  it('have a 1×1 convolution with a bias, last in their block, which starts where the config says', () => {
    const graph = gated({
      shortcutGate: 'exclusive',
      gateBias: -3,
      projection: 'B',
      diracInit: true,
    });
    const own = graph.parameters.filter(({ name }) => name.startsWith('layer2.0.'));
    expect(own.slice(-2).map(({ name, shape }) => [name, ...shape])).toEqual([
      ['layer2.0.gate.weight', 8, 4, 1, 1],
      ['layer2.0.gate.bias', 8],
    ]);
    const state = initialWeights(graph, 0);
    expect(state.get('layer2.0.gate.bias')?.data).toEqual(new Float32Array(8).fill(-3));
    // No identity, as the other filters with `diracInit`.
    expect(state.get('layer1.0.gate.weight')?.data.filter((w) => w === 1 || w === 0)).toHaveLength(
      0,
    );
    const usual = initialWeights(gated({ shortcutGate: 'shortcutOnly' }), 0);
    expect(usual.get('layer1.0.gate.bias')?.data[0]).toBe(-6);
  });

  it('are none in a plain net; a cut shortcut keeps its gate unused', () => {
    const plain = gated({ shortcutGate: 'exclusive', shortcutDropout: 0.5, shortcuts: false });
    expect(wiring(plain)).toEqual(wiring(gated({ shortcuts: false })));
    const cut = gated({ shortcutGate: 'exclusive', cutShortcuts: ['layer1.1'] });
    expect(cut.nodes.filter(({ kind }) => kind === 'gate')).toHaveLength(4);
    expect(cut.parameters.find(({ name }) => name === 'layer1.1.gate.weight')?.active).toBe(false);
  });

  it('stay on the shortcut in a lesion, whose branch goes', () => {
    const graph = lesioned(gated({ shortcutGate: 'exclusive' }), ['layer2.0']);
    const own = namesOf(graph.nodes).filter((name) => name.startsWith('layer2.0.'));
    expect(own).toEqual([
      'layer2.0.gate',
      'layer2.0.gate.sigmoid',
      'layer2.0.shortcut',
      'layer2.0.shortcutGate',
      'layer2.0.act2',
    ]);
    expect(graph.parameters.find(({ name }) => name === 'layer2.0.gate.bias')?.active).toBe(true);
    expect(graph.parameters.find(({ name }) => name === 'layer2.0.conv1.weight')?.active).toBe(
      false,
    );
  });

  it('are no factors, nor is what training alone drops', () => {
    expect(isScaled(modelOf({ shortcutGate: 'exclusive' }))).toBe(false);
    expect(isGated(modelOf({ shortcutGate: 'exclusive' }))).toBe(true);
    expect(isGated(modelOf({ shortcutGate: 'exclusive', shortcuts: false }))).toBe(false);
    expect(isScaled(modelOf({ shortcutDropout: 0.5 }))).toBe(false);
    expect(isGated(modelOf({ shortcutDropout: 0.5 }))).toBe(false);
  });
});
