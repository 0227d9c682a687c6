/** Files as other programs write them: each is understood, repaired exactly, or blocked with the reason. */
import { describe, expect, it } from 'vitest';
import { referenceValues } from '../../engine/testing/interpreter.ts';
import { randomArray } from '../../engine/testing/runKernel.ts';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import type { LayerGraph, StateDict } from '../../model/graph.ts';
import { completeConfig } from '../../model/parse.ts';
import {
  type ModuleFacts,
  singleGroup,
  type StoredTensor,
  type TensorGroup,
  type WeightsFile,
} from '../read/weightsFile.ts';
import { shakenWeights } from '../testing/nets.ts';
import { DIALECT_NAMES } from './dialects.ts';
import { type Answers, inspect, NO_ANSWERS } from './inspect.ts';

type ModelInput = NonNullable<RunConfigInput['model']>;
type Tensors = Map<string, StoredTensor>;
type Rename = readonly [pattern: RegExp, to: string | ((...groups: string[]) => string)];

const A: ModelInput = { stageDepths: [1, 2], stageWidths: [4, 8], inputSize: 8 };
const B: ModelInput = { ...A, projection: 'B' };
const BOTTLENECK: ModelInput = { ...B, block: 'bottleneck' };
const PRE: ModelInput = { ...B, order: 'pre' };

const graphOf = (model: ModelInput): LayerGraph =>
  buildGraph(completeConfig({ version: 1, model }).model);
const stateOf = (model: ModelInput): StateDict => shakenWeights(graphOf(model), 3);

const tensor = (shape: readonly number[], value: number | readonly number[] = 0): StoredTensor => ({
  ...{ dtype: 'F32', shape },
  data:
    typeof value === 'number'
      ? new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value)
      : Float32Array.from(value),
});

/** What a file of this network holds, under other names, each as the first patterns that fit make it. */
function tensorsOf(model: ModelInput, ...renames: readonly Rename[]): Tensors {
  const named = [...stateOf(model)].map(([name, { shape, data }]) => {
    const renamed = renames.reduce<string>(
      (text, [pattern, to]) =>
        typeof to === 'string'
          ? text.replace(pattern, to)
          : text.replace(pattern, (_, ...groups: string[]) => to(...groups)),
      name,
    );
    return [renamed, { dtype: 'F32' as const, shape, data }] as const;
  });
  return new Map(named);
}

const prefixed = (tensors: Tensors, prefix: string): Tensors =>
  new Map([...tensors].map(([name, value]) => [prefix + name, value]));
const scaled = (tensors: Tensors, by: number): Tensors =>
  new Map(
    [...tensors].map(([name, t]) => [name, { ...t, data: t.data.map((x) => Math.abs(x * by)) }]),
  );
const plus = (tensors: Tensors, more: Readonly<Record<string, StoredTensor>>): Tensors =>
  new Map([...tensors, ...Object.entries(more)]);
const without = (tensors: Tensors, pattern: RegExp): Tensors =>
  new Map([...tensors].filter(([name]) => !pattern.test(name)));

const fileOf = (...groups: readonly (Tensors | TensorGroup)[]): WeightsFile => {
  const [first, ...others] = groups.map((group) =>
    group instanceof Map ? singleGroup(group) : group,
  );
  if (first === undefined) throw new Error('no tensors');
  return { format: 'test', groups: [first, ...others], metadata: new Map() };
};

const answer = (settings: Readonly<Record<string, unknown>>): Answers => ({
  ...{ ...NO_ANSWERS, settings: new Map(Object.entries(settings)) },
});

function expectSame(found: ReturnType<typeof inspect>, model: ModelInput, digits = 6): void {
  expect(found.blocked).toBeNull();
  const expected = stateOf(model);
  expect([...(found.state?.keys() ?? [])].sort()).toEqual([...expected.keys()].sort());
  for (const [name, { shape, data }] of expected) {
    expect(found.state?.get(name)?.shape, name).toEqual(shape);
    const got = found.state?.get(name)?.data ?? new Float32Array();
    const worst = data.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - (got[i] ?? Number.NaN))),
      0,
    );
    expect(worst, name).toBeLessThan(10 ** -digits);
  }
}

const up = (n: number) => (stage: string) => `${Number(stage) + n}`;

const WEIAICUNZAI: readonly Rename[] = [
  [/^conv1/, 'conv1.0'],
  [/^bn1/, 'conv1.1'],
  [/^layer(\d)/, (stage) => `conv${up(1)(stage)}_x`],
  [/\.conv(\d)/, (i) => `.residual_function.${3 * (Number(i) - 1)}`],
  [/\.bn(\d)/, (i) => `.residual_function.${3 * (Number(i) - 1) + 1}`],
  [/downsample/, 'shortcut'],
];
const HUGGING_FACE: readonly Rename[] = [
  [/^conv1/, 'resnet.embedder.embedder.convolution'],
  [/^bn1/, 'resnet.embedder.embedder.normalization'],
  [/^layer(\d)\.(\d)/, (s, i) => `resnet.encoder.stages.${up(-1)(s)}.layers.${i}`],
  [/(layers\.\d)\.conv(\d)/, (block, i) => `${block}.layer.${up(-1)(i)}.convolution`],
  [/(layers\.\d)\.bn(\d)/, (block, i) => `${block}.layer.${up(-1)(i)}.normalization`],
  [/downsample\.0/, 'shortcut.convolution'],
  [/downsample\.1/, 'shortcut.normalization'],
  [/^fc/, 'classifier.1'],
];
const TIMM_V2: readonly Rename[] = [
  [/^conv1/, 'stem.conv'],
  [/^bn_last/, 'norm'],
  [/^layer(\d)\.(\d)/, (s, i) => `stages.${up(-1)(s)}.blocks.${i}`],
  [/\.bn(\d)/, '.norm$1'],
  [/downsample\.0/, 'downsample.conv'],
  [/^fc/, 'head.fc'],
];
const XTERNALZ: readonly Rename[] = [
  [/^bn_last/, 'bn1'],
  [/^layer(\d)\.(\d)/, 'block$1.layer.$2'],
  [/downsample\.0/, 'convShortcut'],
];
const SZAGORUYKO: readonly Rename[] = [
  [/^conv1/, 'conv0'],
  [/^bn_last/, 'bn'],
  [/^layer(\d)\.(\d)/, (s, i) => `group${up(-1)(s)}.block${i}`],
  [/(block\d)\.(conv|bn)(\d)/, (block, kind, i) => `${block}.${kind}${up(-1)(i)}`],
  [/downsample\.0/, 'convdim'],
];
const DETECTRON: readonly Rename[] = [
  [/^conv1/, 'stem.conv1'],
  [/^bn1/, 'stem.conv1.norm'],
  [/^layer(\d)/, (stage) => `res${up(1)(stage)}`],
  [/\.bn(\d)/, '.conv$1.norm'],
  [/downsample\.0/, 'shortcut'],
  [/downsample\.1/, 'shortcut.norm'],
  [/^fc/, 'linear'],
];

describe('names of other implementations', () => {
  it.each<[string, ModelInput, readonly Rename[], RegExp]>([
    ['torchvision', B, [], /torchvision/],
    ['akamaster', A, [[/^fc/, 'linear']], /akamaster/],
    [
      'kuangliu',
      B,
      [
        [/^fc/, 'linear'],
        [/downsample/, 'shortcut'],
      ],
      /kuangliu/,
    ],
    [
      'shortcut.conv and .bn',
      B,
      [
        [/downsample\.0/, 'shortcut.conv'],
        [/downsample\.1/, 'shortcut.bn'],
      ],
      /kuangliu/,
    ],
    ['weiaicunzai', B, WEIAICUNZAI, /weiaicunzai/],
    ['weiaicunzai, bottlenecks', BOTTLENECK, WEIAICUNZAI, /weiaicunzai/],
    [
      'weiaicunzai with bn1',
      B,
      WEIAICUNZAI.filter(([pattern]) => pattern.source !== '^bn1'),
      /weiaicunzai/,
    ],
    ['Hugging Face', BOTTLENECK, HUGGING_FACE, /Hugging Face/],
    [
      'MLX',
      A,
      [
        [/^layer(\d)/, 'layer$1.layers'],
        [/^fc/, 'linear'],
      ],
      /MLX/,
    ],
    [
      'timm ResNetV2',
      { ...PRE, block: 'bottleneck', preProjection: 'activated' },
      TIMM_V2,
      /timm ResNetV2/,
    ],
    [
      'xternalz WideResNet',
      { ...PRE, stemWidth: 3, preProjection: 'activated' },
      XTERNALZ,
      /xternalz/,
    ],
    ['szagoruyko WideResNet', PRE, SZAGORUYKO, /numbered/],
    ['detectron2', BOTTLENECK, DETECTRON, /numbered/],
    ['bearpaw, pre-activation', PRE, [[/^bn_last/, 'bn']], /bearpaw/],
    ['final_bn', PRE, [[/^bn_last/, 'final_bn']], /torchvision/],
    ['norm', PRE, [[/^bn_last/, 'norm']], /torchvision/],
    ['bn1 as the last BatchNorm', PRE, [[/^bn_last/, 'bn1']], /torchvision/],
    ['fc behind dropout', B, [[/^fc/, 'fc.1']], /torchvision/],
    [
      'a projection without a name',
      B,
      [
        [/downsample\.0/, 'conv3'],
        [/downsample\.1/, 'bn3'],
      ],
      /torchvision/,
    ],
    [
      'numbered modules',
      B,
      [
        [
          /^(.+)\.(\w+)$/,
          (path, leaf) =>
            `m.${[...new Set([...stateOf(B).keys()].map((name) => name.replace(/\.\w+$/, '')))].indexOf(path)}.${leaf}`,
        ],
      ],
      /by order/,
    ],
  ])('%s', (_, model, renames, dialect) => {
    const tensors = tensorsOf(model, ...renames);
    const found = inspect(fileOf(tensors));
    expectSame(found, model);
    expect(found.dialect).toMatch(dialect);
    const { stageDepths, stageWidths, order, block, projection } = completeConfig({
      version: 1,
      model,
    }).model;
    expect(found.config?.model).toMatchObject({
      stageDepths,
      stageWidths,
      order,
      block,
      projection,
    });
    expect(found.config?.model.preProjection).toBe(model.preProjection ?? 'raw');
    // Sorted, as safetensors writers do; by order alone that is not to be undone.
    if (found.dialect?.startsWith('by order') === true) return;
    expectSame(inspect(fileOf(new Map([...tensors].sort()))), model);
  });

  it('numbers alone, as np.savez gives to arrays', () => {
    const tensors = new Map([...tensorsOf(B).values()].map((value, i) => [`arr_${i}`, value]));
    // PyTorch keeps a BatchNorm's statistics behind its weights; ours come last.
    const model = { ...B, normalization: 'none' } as const;
    const numbered = new Map([...tensorsOf(model).values()].map((value, i) => [`arr_${i}`, value]));
    expect(inspect(fileOf(tensors)).blocked).not.toBeNull();
    const found = inspect(fileOf(numbered));
    expectSame(found, model);
    expect(found.remarks.join()).toContain(
      'By order and shape these are 3 blocks in stages of 1, 2',
    );
  });

  it('a file that fits none is told which are known', () => {
    const { reason } = inspect(fileOf(new Map([['a.weight', tensor([3, 3])]])));
    for (const name of DIALECT_NAMES) expect(reason).toContain(name);
  });

  it('channels last are put first', () => {
    const turned = [...tensorsOf(A)].map(
      ([name, { dtype, shape, data }]): [string, StoredTensor] => {
        if (shape.length !== 4) return [name, { dtype, shape, data }];
        const [out = 0, inner = 0, height = 0, width = 0] = shape;
        const pixels = height * width;
        const values = data.map((_, at) => {
          const i = at % inner;
          const pixel = Math.floor(at / inner) % pixels;
          const o = Math.floor(at / inner / pixels);
          return data[(o * inner + i) * pixels + pixel] ?? 0;
        });
        return [name, { dtype, shape: [out, height, width, inner], data: values }];
      },
    );
    const found = inspect(fileOf(new Map(turned)));
    expectSame(found, A);
    expect(found.repairs.join()).toContain('channels last');
  });
});

describe('wrappers', () => {
  const group = (path: string, tensors: Tensors): TensorGroup => ({
    ...singleGroup(tensors),
    path,
  });

  it.each<[string, Tensors]>([
    ['DataParallel and torch.compile', prefixed(tensorsOf(B), 'module._orig_mod.')],
    [
      'module. on some names',
      new Map([...tensorsOf(B)].map(([name, t], i) => [i % 2 ? name : `module.${name}`, t])),
    ],
    ['module. within', tensorsOf(B, [/^(layer\d)/, '$1.module'])],
    ['AveragedModel', plus(prefixed(tensorsOf(B), 'module.'), { n_averaged: tensor([], 3) })],
    [
      'Lightning',
      plus(prefixed(tensorsOf(B), 'model.'), {
        'criterion.weight': tensor([10]),
        'val_acc.total': tensor([]),
      }),
    ],
    [
      'a classifier beside the backbone',
      new Map(
        [...prefixed(without(tensorsOf(B), /^fc/), 'backbone.'), ...tensorsOf(B)].filter(
          ([name]) => name.startsWith('backbone') || name.startsWith('fc'),
        ),
      ),
    ],
    ['slashes', tensorsOf(B, [/\./g, '/'])],
  ])('%s', (_, tensors) => expectSame(inspect(fileOf(tensors)), B));

  it('robustness keeps the network twice: it is taken once, with its normalisation', () => {
    const twice = ['module.model.', 'module.attacker.model.'].flatMap((p) => [
      ...prefixed(tensorsOf(B), p),
    ]);
    const found = inspect(
      fileOf(
        plus(new Map(twice), {
          'module.normalizer.new_mean': tensor([3, 1, 1], [0.5, 0.25, 0.125]),
          'module.normalizer.new_std': tensor([3, 1, 1], [0.25, 0.5, 0.75]),
        }),
      ),
    );
    expectSame(found, B);
    expect(found.networks).toEqual([]);
    expect(found.normalization).toEqual({
      ...{ mean: [0.5, 0.25, 0.125], std: [0.25, 0.5, 0.75], source: 'file' },
    });
    expect(found.config?.data).toMatchObject({
      mean: [0.5, 0.25, 0.125],
      normalizationSource: 'file',
    });
    expect(found.open.map(({ field }) => field)).not.toContain('data.mean');
  });

  it('of two networks the first that is no average is assumed, and which one is asked', () => {
    const file = fileOf(
      group('model_ema', scaled(tensorsOf(B), 0.5)),
      group('model', tensorsOf(B)),
    );
    const found = inspect(file);
    expectSame(found, B);
    expect(found.networks).toEqual(['model', 'model_ema']);
    expect(found.open[0]).toMatchObject({ field: 'weights', assumed: 'model' });
    const other = inspect(file, answer({ weights: 'model_ema' }));
    expect(other.state?.get('fc.weight')?.data).toEqual(
      scaled(tensorsOf(B), 0.5).get('fc.weight')?.data,
    );
    expect(() => inspect(file, answer({ weights: 'best' }))).toThrow('model, model_ema');
  });

  it('pixels from 0 to 255, a mean alone, and buffers called mu and sigma', () => {
    const of = (more: Readonly<Record<string, StoredTensor>>) =>
      inspect(fileOf(plus(tensorsOf(B), more)));
    const bytes = of({ pixel_mean: tensor([3], 127.5), pixel_std: tensor([3], 51) });
    expect(bytes.normalization).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] });
    expect(of({ mu: tensor([3], 0.5), sigma: tensor([3], 0.25) }).normalization.source).toBe(
      'file',
    );
    expect(of({ mean: tensor([3], 0.5) }).blocked).toContain('mean changes the function');
  });

  it('a whole module says its eps and where its stride is', () => {
    const facts = (eps: number | null, stride: number | null): ModuleFacts => ({
      className: 'm',
      eps,
      stride,
    });
    const modules = new Map([
      ['bn1', facts(1e-3, null)],
      ['layer2.0.conv1', facts(null, 2)],
    ]);
    const { config, open } = inspect(fileOf({ ...singleGroup(tensorsOf(BOTTLENECK)), modules }));
    expect(config?.model).toMatchObject({ batchNormEps: 1e-3, bottleneckStride: '1x1' });
    const fields = open.map(({ field }) => field);
    expect(fields).not.toContain('model.batchNormEps');
    expect(fields).toContain('model.activation');
  });
});

describe('exact repairs', () => {
  const BATCH = 2;

  /** Whether the network with biases computes the same as what is made of its file, in evaluation and in training. */
  function expectSameFunction(model: ModelInput): void {
    const graph = graphOf(model);
    const state = stateOf(model);
    const convolutions = graph.nodes.flatMap((node) => (node.kind === 'conv' ? [node] : []));
    const biases = convolutions.map(({ name, shape }, i): [string, StoredTensor] => [
      `${name}.bias`,
      tensor([shape.channels], [...randomArray(shape.channels, 50 + i)]),
    ]);
    const biased: LayerGraph = {
      ...graph,
      nodes: graph.nodes.map((node) =>
        node.kind === 'conv' ? { ...node, bias: `${node.name}.bias` } : node,
      ),
    };
    const settings =
      model.preProjection === undefined ? {} : { 'model.preProjection': model.preProjection };
    const padding = model.paddingA === undefined ? {} : { 'model.paddingA': model.paddingA };
    const found = inspect(
      fileOf(plus(tensorsOf(model), Object.fromEntries(biases))),
      answer({ ...settings, ...padding }),
    );
    expect(found.blocked).toBeNull();
    expect(found.repairs.join()).toMatch(/convolutions ahead of BatchNorm have biases/);
    const images = randomArray(BATCH * 3 * 64, 9);
    const given = new Map([...state, ...biases].map(([name, { data }]) => [name, data]));
    const taken = new Map([...(found.state ?? [])].map(([name, { data }]) => [name, data]));
    for (const mode of ['evaluation', 'training'] as const) {
      const wanted =
        referenceValues(biased, given, { batch: BATCH, images }, mode)[graph.output] ?? [];
      const got = referenceValues(graph, taken, { batch: BATCH, images }, mode)[graph.output] ?? [];
      for (let i = 0; i < wanted.length; i++)
        expect(got[i]).toBeCloseTo(wanted[i] ?? Number.NaN, 4);
    }
  }

  it.each<[string, ModelInput]>([
    ['post-activation, projections', B],
    ['bottlenecks', BOTTLENECK],
    ['pre-activation, projections of the raw input', PRE],
    ['pre-activation, projections of the activated input', { ...PRE, preProjection: 'activated' }],
    ['pre-activation, option A', { ...A, order: 'pre' }],
    ['pre-activation, option A padded at the end', { ...A, order: 'pre', paddingA: 'end' }],
    ['pre-activation bottlenecks, option C', { ...PRE, block: 'bottleneck', projection: 'C' }],
  ])('biases ahead of BatchNorm: %s', (_, model) => expectSameFunction(model));

  const split = (
    parts: (name: string, t: StoredTensor) => Readonly<Record<string, StoredTensor>>,
  ) =>
    new Map(
      [...tensorsOf(B)].flatMap(([name, t]) =>
        t.shape.length === 4
          ? Object.entries(parts(name.replace(/weight$/, ''), t))
          : [[name, t] as const],
      ),
    );
  const norms = ({ shape: [out = 1], data }: StoredTensor): number[] => {
    const length = data.length / out;
    return Array.from({ length: out }, (_, o) =>
      Math.hypot(...data.subarray(o * length, (o + 1) * length)),
    );
  };

  it('pruning', () => {
    const tensors = split((path, t) => ({
      [`${path}weight_orig`]: t,
      [`${path}weight_mask`]: { ...t, data: t.data.map((_, i) => i % 2) },
    }));
    const { state, blocked, repairs } = inspect(fileOf(tensors));
    expect(blocked).toBeNull();
    expect(repairs).toEqual([expect.stringMatching(/^8 tensors: pruned weights/)]);
    const original = stateOf(B).get('conv1.weight')?.data ?? [];
    expect([...(state?.get('conv1.weight')?.data ?? [])]).toEqual(
      [...original].map((x, i) => x * (i % 2)),
    );
  });

  it.each([
    ['weight_g', 'weight_v'],
    ['parametrizations.weight.original0', 'parametrizations.weight.original1'],
  ])('weight norm as %s', (g, v) => {
    const tensors = split((path, t) => ({
      [path + g]: tensor([t.shape[0] ?? 0, 1, 1, 1], norms(t)),
      [path + v]: { ...t, data: t.data.map((x) => 3 * x) },
    }));
    expectSame(inspect(fileOf(tensors)), B);
  });

  it.each([
    ['weight_orig', 'weight_u', 'weight_v'],
    [
      'parametrizations.weight.original',
      'parametrizations.weight.0._u',
      'parametrizations.weight.0._v',
    ],
  ])('spectral norm as %s', (w, u, v) => {
    const tensors = split((path, t) => {
      const [rows = 1] = t.shape;
      const columns = t.data.length / rows;
      // u·W·v is the first number of W.
      const first = t.data[0] ?? 1;
      return {
        [path + w]: { ...t, data: t.data.map((x) => x * first) },
        [path + u]: tensor([rows], [1, ...Array<number>(rows - 1).fill(0)]),
        [path + v]: tensor([columns], [1 / first, ...Array<number>(columns - 1).fill(0)]),
      };
    });
    expectSame(inspect(fileOf(tensors)), B, 5);
  });

  it('BatchNorm without scale and shift, and a classifier without bias', () => {
    const bare = without(tensorsOf(B), /(bn\d|downsample\.1)\.(weight|bias)$|^fc\.bias/);
    const { state, repairs, blocked } = inspect(fileOf(bare));
    expect(blocked).toBeNull();
    expect(state?.get('layer2.1.bn2.weight')?.data).toEqual(new Float32Array(8).fill(1));
    expect(state?.get('fc.bias')?.data).toEqual(new Float32Array(10));
    expect(repairs).toHaveLength(2);
  });

  it('convolutions without BatchNorm and without bias, once it is said that nothing lies between', () => {
    const none = { ...B, normalization: 'none' } as const;
    const bare = without(tensorsOf(none), /(conv\d|downsample\.0)\.bias$/);
    expect(inspect(fileOf(bare)).blocked).toContain('InstanceNorm');
    const said = inspect(fileOf(bare), answer({ 'model.normalization': 'none' }));
    expect(said.blocked).toBeNull();
    expect(said.state?.get('conv1.bias')?.data).toEqual(new Float32Array(4));
  });
});

describe('what changes the function blocks', () => {
  it.each<[string, Tensors, RegExp]>([
    [
      'squeeze-and-excitation',
      plus(tensorsOf(B), {
        'layer1.0.se.1.weight': tensor([2, 4, 1, 1]),
        'layer1.0.se.3.weight': tensor([4, 2, 1, 1]),
      }),
      /squeeze-and-excitation/,
    ],
    [
      'weiaicunzai’s excitation',
      plus(tensorsOf(B), {
        'layer1.0.squeeze.weight': tensor([4, 4]),
        'layer1.0.excitation.0.weight': tensor([4, 4]),
      }),
      /squeeze-and-excitation/,
    ],
    ['PReLU', plus(tensorsOf(B), { 'layer1.0.relu.weight': tensor([4]) }), /PReLU/],
    ['PReLU of the stem', plus(tensorsOf(B), { 'prelu.weight': tensor([1]) }), /PReLU/],
    ['LayerScale', plus(tensorsOf(B), { 'layer1.0.gamma': tensor([4]) }), /LayerScale/],
    [
      'FixUp',
      plus(tensorsOf(B), { 'layer1.0.bias1a': tensor([1]), 'layer1.0.scale': tensor([1]) }),
      /FixUp/,
    ],
    ['a mask', plus(tensorsOf(B), { 'layer1.0.conv1_mask': tensor([4]) }), /a mask/],
    [
      'blur before subsampling',
      plus(tensorsOf(B), { 'layer2.0.aa.filt': tensor([8, 1, 3, 3]) }),
      /anti-aliasing/,
    ],
    [
      'ResNet-D’s projections',
      tensorsOf(B, [/downsample\.1/, 'downsample.2'], [/downsample\.0/, 'downsample.1']),
      /ResNet-D’s average pool/,
    ],
    [
      'a third convolution',
      plus(tensorsOf(B), { 'layer1.0.extra.weight': tensor([4, 4, 3, 3]) }),
      /no place for it/,
    ],
    [
      'a second BatchNorm',
      plus(tensorsOf(B), {
        'layer1.0.post.weight': tensor([4]),
        'layer1.0.post.bias': tensor([4]),
      }),
      /no place for it/,
    ],
    [
      'fake quantisation',
      plus(tensorsOf(B), { 'conv1.weight_fake_quant.scale': tensor([1]) }),
      /quantisation/,
    ],
    ['LoRA', plus(tensorsOf(B), { 'fc.lora_A': tensor([2, 8]) }), /adapter/],
    [
      'a projection without BatchNorm',
      without(tensorsOf(B), /downsample\.1/),
      /missing: layer2\.0\.downsample\.1/,
    ],
    [
      'GroupNorm under BatchNorm’s names',
      without(tensorsOf(B), /running/),
      /without running statistics/,
    ],
    [
      'one BatchNorm without statistics',
      without(tensorsOf(B), /layer1\.0\.bn1\.running/),
      /without running statistics/,
    ],
    [
      'a second classifier',
      plus(tensorsOf(B), { 'aux.weight': tensor([4, 8]) }),
      /aux\.weight changes the function/,
    ],
  ])('%s', (_, tensors, message) => {
    const { blocked, state, unused, config } = inspect(fileOf(tensors));
    expect(state).toBeNull();
    expect(config).not.toBeNull();
    expect(blocked).toMatch(message);
    const changing = unused.filter(({ effect }) => effect !== 'none').map(({ name }) => name);
    if (changing.length > 0) {
      const reduced = inspect(fileOf(tensors), { ...NO_ANSWERS, ignore: changing });
      expect(reduced.blocked).toBeNull();
    }
  });

  it.each<[string, Tensors, RegExp]>([
    ['kuangliu’s pre-activation nets', without(tensorsOf(PRE), /^bn_last/), /kuangliu/],
    [
      'a stem of three convolutions',
      plus(tensorsOf(B), { 'conv1.3.weight': tensor([4, 4, 3, 3]) }),
      /its stem has 2 convolutions/,
    ],
    [
      'flattened maps',
      plus(without(tensorsOf(B), /^fc/), { 'fc.weight': tensor([10, 128]) }),
      /the last block has 8 channels/,
    ],
  ])('%s can’t be built', (_, tensors, message) => {
    const { config, reason, blocked } = inspect(fileOf(tensors));
    expect(config).toBeNull();
    expect(reason).toMatch(message);
    expect(blocked).toBe(reason);
  });

  it('quantised tensors, which can’t be read', () => {
    const group = {
      ...singleGroup(without(tensorsOf(B), /^conv1/)),
      unreadable: new Map([['conv1.weight', 'quantised']]),
    };
    expect(inspect(fileOf(group)).blocked).not.toBeNull();
  });

  it('names with * and under a module are left out together', () => {
    const tensors = plus(tensorsOf(B), {
      'layer1.0.se.fc1.weight': tensor([2, 4]),
      'layer2.0.se.fc1.weight': tensor([2, 8]),
    });
    const ignoring = (...ignore: string[]) =>
      inspect(fileOf(tensors), { ...NO_ANSWERS, ignore }).blocked;
    expect(ignoring('*.se')).toBeNull();
    expect(ignoring('layer1.0.se', 'layer2.0.se.fc1.weight')).toBeNull();
    expect(ignoring('layer1.0.se')).toContain('layer2.0.se');
  });
});

describe('answers', () => {
  it('change the config, are checked, and stay within the run config’s fields', () => {
    const file = fileOf(tensorsOf(A));
    const { config, open } = inspect(
      file,
      answer({
        'model.paddingA': 'end',
        'model.batchNormEps': 0.001,
        'data.mean': [0.5, 0.5, 0.5],
        'data.std': [0.5, 0.5, 0.5],
      }),
    );
    expect(config?.model).toMatchObject({ paddingA: 'end', batchNormEps: 0.001 });
    expect(config?.data).toMatchObject({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    expect(config?.data.normalizationSource).toBeUndefined();
    expect(open.find(({ field }) => field === 'model.paddingA')?.assumed).toBe('end');
    expect(() => inspect(file, answer({ 'model.paddingA': 'left' }))).toThrow('model.paddingA');
    expect(() => inspect(file, answer({ 'model.padding': 'end' }))).toThrow(
      'There is no such field',
    );
    for (const field of ['__proto__.x', 'model', 'constructor.name', 'model.a.b']) {
      expect(() => inspect(file, answer({ [field]: 1 })), field).toThrow('there is no such field');
    }
  });

  it('a file that says nothing is not taken for CIFAR’s', () => {
    const { config, normalization } = inspect(fileOf(tensorsOf(A)));
    expect(normalization.source).toBe('assumed');
    expect(config?.data.normalizationSource).toBe('assumed');
  });
});
