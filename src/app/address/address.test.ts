import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { decodeSetup } from './decode.ts';
import { encodeSetup } from './encode.ts';
import { type Setup, type SetupRun, STANDARD_PAGE } from './setup.ts';
import { anySetup } from './testing/anySetup.ts';

const config = completeConfig({ version: 1 });
const setupOf = (...runs: [SetupRun, ...SetupRun[]]): Setup => ({ page: STANDARD_PAGE, runs });

test('changes scheduled for mid-run come back, for the run that has them alone', () => {
  const changes = [
    { step: 500, change: { kind: 'blockShortcut', block: 'layer2.0', on: false } },
    { step: 800, change: { kind: 'learningRate', learningRate: 0.01 } },
  ] as const;
  const cut = completeConfig({ version: 1, training: { changes: [...changes] } });
  for (const setup of [
    setupOf({ config }, { config: cut }),
    setupOf({ config: cut }, { config }),
  ]) {
    expect(decodeSetup(encodeSetup(setup))).toEqual({ setup, refused: [], isForeign: false });
  }
});

test('images that a link names bring their number of classes along', () => {
  const classesOf = (address: string) =>
    decodeSetup(address).setup.runs?.map(({ config }) => config.model.classes);
  expect(classesOf('v=1&data.source=cifar100')).toEqual([100]);
  expect(classesOf('v=1&data.source=cifar100&run2.data.source=fashion-mnist')).toEqual([100, 10]);
  expect(decodeSetup('v=1&data.source=cifar100&model.classes=20').refused).toMatchObject([
    { message: expect.stringContaining('100 classes') },
  ]);
});

test('nothing but defaults is no address at all', () => {
  const setup: Setup = { page: STANDARD_PAGE, runs: null };
  expect(encodeSetup(setup)).toBe('');
  expect(decodeSetup('')).toEqual({ setup, refused: [], isForeign: false });
});

test.each<[string, Setup]>([
  ['v=1&runs=1', setupOf({ config })],
  ['v=1&runs=2', setupOf({ config }, { config })],
  [
    'v=1&training.augment.flip=alternating&training.augment.cutout=8&training.mixup=0.2',
    setupOf({
      config: completeConfig({
        version: 1,
        training: { augment: { flip: 'alternating', cutout: 8 }, mixup: 0.2 },
      }),
    }),
  ],
  [
    'v=1&run2.training.precision=half',
    setupOf(
      { config },
      { config: completeConfig({ version: 1, training: { precision: 'half' } }) },
    ),
  ],
  ['v=1&run2.model.shortcuts=off', setupOf({ config }, { config: withoutShortcuts(config) })],
  [
    'v=1&model.shortcuts=off&run2.model.shortcuts=on',
    setupOf({ config: withoutShortcuts(config) }, { config }),
  ],
  [
    'v=1&model.cutShortcuts=layer1.0,layer3.2&model.stageDepths=9,9,9&training.seed=7&name=D%C3%A9j%C3%A0+vu',
    setupOf({
      config: completeConfig({
        version: 1,
        model: { stageDepths: [9, 9, 9], cutShortcuts: ['layer1.0', 'layer3.2'] },
        training: { seed: 7 },
      }),
      name: 'Déjà vu',
    }),
  ],
  [
    'v=1&model.stemWidth=8&training.learningRate.type=cosine&training.learningRate.warmupSteps=400&run2.training.learningRate=0.05&run2.model.stemWidth=',
    setupOf(
      {
        config: completeConfig({
          version: 1,
          model: { stemWidth: 8 },
          training: { learningRate: { type: 'cosine', warmupSteps: 400 } },
        }),
      },
      { config: completeConfig({ version: 1, training: { learningRate: 0.05 } }) },
    ),
  ],
  [
    'v=1&model.stemPool=on&model.paddingA=end&model.batchNormEps=0.001&model.classes=100&data.source=cifar100&data.mean=0.5,0.5,0.25&run2.model.stemPool=',
    setupOf(
      {
        config: completeConfig({
          version: 1,
          model: { stemPool: true, paddingA: 'end', batchNormEps: 0.001 },
          data: { source: 'cifar100', mean: [0.5, 0.5, 0.25] },
        }),
      },
      {
        config: completeConfig({
          version: 1,
          model: { paddingA: 'end', batchNormEps: 0.001 },
          data: { source: 'cifar100', mean: [0.5, 0.5, 0.25] },
        }),
      },
    ),
  ],
  [
    'v=1&training.optimizer.type=adamw&training.optimizer.beta2=0.99&training.normAndBiasRate=8&training.averageDecay=0.9&training.decayNormAndBias=off&training.learningRate.type=oneCycle&run2.training.optimizer.type=sgd&run2.training.optimizer.beta2=&run2.training.normAndBiasRate=&run2.training.averageDecay=&run2.training.decayNormAndBias=',
    setupOf(
      {
        config: completeConfig({
          version: 1,
          training: {
            optimizer: { type: 'adamw', beta2: 0.99 },
            normAndBiasRate: 8,
            averageDecay: 0.9,
            decayNormAndBias: false,
            learningRate: { type: 'oneCycle' },
          },
        }),
      },
      { config: completeConfig({ version: 1, training: { learningRate: { type: 'oneCycle' } } }) },
    ),
  ],
  [
    'v=1&lock=cut&task=Cut+it.%0AWhy%3F&ask=lead.400,cut.500',
    {
      page: { ...STANDARD_PAGE, lock: 'cut', task: 'Cut it.\nWhy?', ask: ['lead.400', 'cut.500'] },
      runs: null,
    },
  ],
  [
    'v=1&view=runs&hide=data,model.activation&lock=on',
    {
      page: { ...STANDARD_PAGE, view: 'runs', hide: ['data', 'model.activation'], lock: true },
      runs: null,
    },
  ],
])('%s', (address, setup) => {
  expect(encodeSetup(setup)).toBe(address);
  expect(decodeSetup(`#${address}`)).toEqual({ setup, refused: [], isForeign: false });
});

test('what is encoded is decoded as it was, for every field of the schemas', () => {
  fc.assert(
    fc.property(anySetup(), (setup) => {
      const decoded = decodeSetup(encodeSetup(setup));
      expect(decoded.refused).toEqual([]);
      expect(JSON.stringify(decoded.setup)).toBe(JSON.stringify(setup));
    }),
    { numRuns: 100 },
  );
});
