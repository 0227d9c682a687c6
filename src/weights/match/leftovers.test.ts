/** Tensors that change the function: the file is blocked, with the reason. */
import { describe, expect, it } from 'vitest';
import { singleGroup } from '../read/weightsFile.ts';
import { inspect, NO_ANSWERS } from './inspect.ts';
import {
  answer,
  B,
  fileOf,
  type ModelInput,
  plus,
  PRE,
  tensor,
  type Tensors,
  tensorsOf,
  without,
} from './testing/foreignFiles.ts';

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

  it('is group norm without running statistics if one says so', () => {
    const settings = new Map<string, unknown>([
      ['model.normalization', 'group'],
      ['model.normGroups', 2],
    ]);
    const file = fileOf(without(tensorsOf(B), /running/));
    const { blocked, state, config, open } = inspect(file, { ...NO_ANSWERS, settings });
    expect(blocked).toBeNull();
    expect(state?.get('bn1.weight')).toBeDefined();
    expect(config?.model).toMatchObject({ normalization: 'group', normGroups: 2 });
    expect(open.find(({ field }) => field === 'model.normGroups')?.assumed).toBe(2);
    const group = new Map([['model.normalization', 'group']]);
    const asked = inspect(file, { ...NO_ANSWERS, settings: group }).open;
    // Half of the first stage's four channels.
    expect(asked.find(({ field }) => field === 'model.normGroups')?.assumed).toBe(2);
    const eps = asked.find(({ field }) => field === 'model.batchNormEps');
    expect(eps).toMatchObject({ assumed: 1e-5, why: expect.stringMatching(/^Group norm’s eps/) });
  });

  it.each<[string, ModelInput, Readonly<Record<string, unknown>>]>([
    ['squeeze-excitation', { ...PRE, squeezeExcitation: 2 }, {}],
    [
      'squeeze-excitation without shortcuts',
      { ...PRE, squeezeExcitation: 2, shortcuts: false },
      {},
    ],
    ['a learnt factor', { ...PRE, branchScale: 'scalar' }, {}],
    ['a gate', { ...PRE, shortcutGate: 'exclusive' }, {}],
    ['a fixed factor', PRE, { 'model.branchScale': 'constant' }],
    ['scaled shortcuts', PRE, { 'model.shortcutScale': 0.5 }],
    ['stochastic depth', PRE, { 'model.survival': 0.5 }],
    ['dropout on shortcuts', PRE, { 'model.shortcutDropout': 0.5 }],
    [
      'squeeze-excitation ahead of BatchNorm',
      { ...B, order: 'normAfterAdd', squeezeExcitation: 2 },
      { 'model.order': 'normAfterAdd' },
    ],
  ])('a bias at the end of a branch that is multiplied, by %s', (_, model, said) => {
    const tensors = plus(tensorsOf(model), { 'layer1.0.conv2.bias': tensor([4], 0.5) });
    const { blocked, repairs, unused } = inspect(fileOf(tensors), answer(said));
    expect(blocked).toContain('layer1.0.conv2.bias changes the function');
    expect(repairs).toEqual([]);
    expect(unused.map(({ name }) => name)).toContain('layer1.0.conv2.bias');
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
