import { expect, it } from 'vitest';
import { modelSchema } from '../model/config.ts';
import { completeConfig } from '../model/parse.ts';
import chinese from '../text/zh-CN.json';
import {
  describeModel,
  isAutomatic,
  NAME_ENDS,
  nameAfterSwitch,
  runName,
  withoutSeed,
} from './naming.ts';

it('numbers a name that is taken, and tells seeds apart', () => {
  const config = completeConfig({ version: 1 });
  const other = (name: string, seed = 0) => ({
    name,
    config: { ...config, training: { ...config.training, seed } },
  });
  expect(runName(config, [])).toBe('ResNet-20');
  expect(runName(config, [other('ResNet-20')])).toBe('ResNet-20 (2)');
  expect(runName(config, [other('ResNet-20'), other('ResNet-20 (2)')])).toBe('ResNet-20 (3)');
  expect(runName(other('', 3).config, [other('ResNet-20')])).toBe('ResNet-20, seed 3');
  const plain = { ...config, model: { ...config.model, shortcuts: false } };
  expect(runName(plain, [other('ResNet-20', 3)])).toBe('Plain-20');
});

it('says of a run whose shortcuts were all switched what it is now', () => {
  const residual = modelSchema.parse({});
  const plain = { ...residual, shortcuts: false };
  const all = ['1.0', '1.1', '1.2', '2.0', '2.1', '2.2', '3.0', '3.1', '3.2'];
  const cut = { ...residual, cutShortcuts: all.map((block) => `layer${block}`) };
  expect(nameAfterSwitch('ResNet-20 (2)', plain)).toBe('ResNet-20 (2) (now plain)');
  expect(nameAfterSwitch('ResNet-20', cut)).toBe('ResNet-20 (now plain)');
  expect(nameAfterSwitch('ResNet-20 (now plain)', cut)).toBe('ResNet-20 (now plain)');
  expect(nameAfterSwitch('ResNet-20 (now plain)', residual)).toBe('ResNet-20');
  expect(nameAfterSwitch('ResNet-20', { ...cut, cutShortcuts: ['layer1.0'] })).toBe('ResNet-20');
  expect(nameAfterSwitch('PrePlain-20', residual)).toBe('PrePlain-20 (now residual)');
  expect(nameAfterSwitch('ResNet-20, seed 3', plain)).toBe('ResNet-20, seed 3 (now plain)');
  expect(nameAfterSwitch('My ResNet-20', plain)).toBe('My ResNet-20');
});

it('gives a switched run no name that another has', () => {
  const residual = modelSchema.parse({});
  const plain = { ...residual, shortcuts: false };
  const others = [{ name: 'ResNet-20 (now plain)' }, { name: 'Plain-20' }];
  expect(nameAfterSwitch('ResNet-20', plain, others)).toBe('ResNet-20 (2) (now plain)');
  expect(nameAfterSwitch('ResNet-20 (2)', plain, others)).toBe('ResNet-20 (2) (now plain)');
  expect(nameAfterSwitch('Plain-20 (now residual)', plain, others)).toBe('Plain-20 (2)');
});

it('knows the names that a page in another language gave', () => {
  expect(NAME_ENDS['zh-CN']).toEqual({
    seed: chinese[', seed {0}'].replace('{0}', '#'),
    now: [chinese[' (now plain)'], chinese[' (now residual)']],
  });
  const residual = modelSchema.parse({});
  const plain = { ...residual, shortcuts: false };
  expect(nameAfterSwitch('ResNet-20（现为普通网络）', residual)).toBe('ResNet-20');
  expect(nameAfterSwitch('ResNet-20，随机种子 3 (2)', plain)).toBe(
    'ResNet-20，随机种子 3 (2) (now plain)',
  );
  expect(isAutomatic('Plain-20（现为残差网络）')).toBe(true);
  expect(isAutomatic('Plain-20（基准）')).toBe(false);
  expect(withoutSeed('ResNet-20，随机种子 3')).toBe('ResNet-20');
});

it('says what is unusual of the stem', () => {
  expect(describeModel(modelSchema.parse({ stem: 'imagenet' }))).toContain(
    'widths 16·32·64, 7×7 stem, max-pool after the stem, 32×32 pixels',
  );
  expect(describeModel(modelSchema.parse({ stemPool: true }))).toContain('max-pool after');
});

it('describes a net in a line, the unusual included', () => {
  expect(describeModel(modelSchema.parse({}))).toBe(
    'basic blocks 3·3·3, widths 16·32·64, 32×32 pixels',
  );
  const odd = modelSchema.parse({ order: 'pre', normalization: 'none', activation: 'tanh' });
  expect(describeModel(odd)).toBe(
    'basic pre-activation blocks 3·3·3, widths 16·32·64, no normalisation, tanh, 32×32 pixels',
  );
});

it('says in which order a block adds, and how it starts', () => {
  const words = (model: object) => describeModel(modelSchema.parse(model));
  expect(words({ order: 'normAfterAdd' })).toContain('BatchNorm after the addition, ');
  expect(words({ order: 'actBeforeAdd', stemWidth: 54, whitening: true })).toContain(
    'activation before the addition, whitening first layer, ',
  );
  expect(words({ normalization: 'none', init: 'fixup' })).toContain('Fixup initialisation, ');
});

it('tells gates, factors and dropout on shortcuts apart', () => {
  const usual = 'basic blocks 3·3·3, widths 16·32·64, ';
  const words = (model: object) => describeModel(modelSchema.parse(model)).replace(usual, '');
  expect(words({ shortcutGate: 'exclusive' })).toBe('exclusive gates, 32×32 pixels');
  expect(words({ shortcutGate: 'shortcutOnly' })).toBe('gated shortcuts, 32×32 pixels');
  expect(words({ shortcutDropout: 0.5 })).toBe('dropout on shortcuts, 32×32 pixels');
  expect(words({ shortcutDropout: 0.5, shortcutScale: 0.5 })).toBe(
    'scaled branches or shortcuts, dropout on shortcuts, 32×32 pixels',
  );
  const without = { shortcutGate: 'exclusive', shortcutDropout: 0.5, shortcuts: false };
  expect(words(without)).toBe('32×32 pixels');
});
