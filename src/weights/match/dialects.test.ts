/** Other implementations’ names for the same tensors, and their layouts. */
import { describe, expect, it } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import type { StoredTensor } from '../read/weightsFile.ts';
import { DIALECT_NAMES } from './dialects.ts';
import { inspect } from './inspect.ts';
import {
  A,
  B,
  BOTTLENECK,
  expectSame,
  fileOf,
  type ModelInput,
  PRE,
  type Rename,
  stateOf,
  tensor,
  tensorsOf,
} from './testing/foreignFiles.ts';

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
