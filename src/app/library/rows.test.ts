import { describe, expect, it } from 'vitest';
import { type RunConfigInput, runConfigSchema } from '../../model/config.ts';
import { t } from '../../text/t.ts';
import { describedName, differences, differingFields } from '../configDifferences.ts';
import { showLearningRate } from '../configValues.ts';
import { COLUMNS, deltaOf, type LibraryRow, sortRows, withChanges } from './rows.ts';
import { storedRun } from './testing/memoryLibrary.ts';
import { storedRunTitle } from './titles.ts';

const config = (input: Omit<RunConfigInput, 'version'> = {}) =>
  runConfigSchema.parse({ version: 1, ...input });

const resnet20 = config();
const plain56 = config({ model: { stageDepths: [9, 9, 9], shortcuts: false } });

describe('differences', () => {
  it('says what tells a run from the baseline', () => {
    expect(differences(plain56, resnet20)).toEqual(['depth 56', 'no shortcuts']);
    expect(differences(resnet20, plain56)).toEqual(['depth 20', 'shortcuts']);
    const other = config({
      model: { projection: 'B', normalization: 'none', cutShortcuts: ['layer1.0'] },
      training: {
        learningRate: { type: 'step', base: 0.1, warmupSteps: 400, drops: [32_000] },
        batchSize: 64,
        augment: { flip: false },
      },
    });
    expect(differences(other, resnet20)).toEqual([
      'layer1.0 cut',
      'option B',
      'no BatchNorm',
      'learning rate 0.1 ÷10 at 32,000, warm-up 400',
      'batch 64',
      'no flips',
    ]);
  });

  it('has words for every field', () => {
    const odd = config({
      model: {
        ...{ block: 'bottleneck', order: 'pre', projection: 'C', stem: 'imagenet', stemWidth: 24 },
        ...{ stageDepths: [2, 4], stageWidths: [8, 16], normalization: 'none', inputSize: 16 },
        ...{
          activation: 'tanh',
          init: 'glorot',
          zeroInitResidual: true,
          dropout: 0.2,
          classes: 12,
        },
        ...{ stemPool: false, bottleneckStride: '1x1', paddingA: 'end' },
        ...{ preProjection: 'activated', batchNormEps: 0.001 },
      },
      training: {
        ...{ seed: 3, batchSize: 64, steps: 1500, labelSmoothing: 0.1 },
        optimizer: { momentum: 0.5, nesterov: true, weightDecay: 0 },
        learningRate: { type: 'cosine', base: 0.2, warmupSteps: 1000 },
        augment: { crop: false, flip: false },
      },
      data: {
        ...{ source: 'synthetic', train: 5000, test: 500 },
        ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      },
    });
    const adam = config({
      training: {
        optimizer: { type: 'adamw', beta2: 0.99, epsilon: 0.001 },
        decayNormAndBias: false,
        averageDecay: 0.99,
        normAndBiasRate: 8,
      },
    });
    expect(differences(adam, resnet20)).toEqual([
      ...[
        'AdamW',
        'β₂ 0.99',
        'Adam’s ε 0.001',
        'Rate of BatchNorm and biases × 8',
        'weights averaged, 0.99',
        'no decay on BatchNorm and biases',
      ],
    ]);
    expect(differences(resnet20, adam)).toEqual([
      'SGD',
      ...['Rate of BatchNorm and biases × 1', 'weights not averaged', 'decay on everything'],
    ]);
    expect(differences(config({ training: { decayNormAndBias: true } }), resnet20)).toEqual([]);
    expect(differences(resnet20, resnet20)).toEqual([]);
    expect(differences(odd, resnet20)).toEqual([
      'blocks 2·4',
      'bottleneck blocks',
      'pre-activation',
      'option C',
      'zeros at the end',
      'projections from the activated input',
      'stride on the 1×1',
      'no BatchNorm',
      'ε 0.001',
      'tanh',
      'widths 8·16',
      '7×7 stem',
      'no max-pool',
      'stem width 24',
      'Glorot init',
      'zero-init',
      'dropout 0.2',
      'classes 12',
      '16×16 pixels',
      'learning rate 0.2 cosine, warm-up 1,000',
      'batch 64',
      '1,500 steps',
      'seed 3',
      'momentum 0.5',
      'Nesterov',
      'weight decay 0',
      'label smoothing 0.1',
      'no crops',
      'no flips',
      'synthetic images',
      'normalised by −1 to 1',
      '5,000 images',
      '500 test images',
    ]);
  });

  it('tells sources of images apart', () => {
    const phrases = (source: 'own' | 'cifar100') =>
      differences(config({ data: { source }, model: { classes: 10 } }), resnet20);
    expect(phrases('own')).toContain('own images');
    expect(phrases('cifar100')).toContain('CIFAR-100 images');
  });

  it('does not take a batch that was not split for another setting', () => {
    const ran = config({ training: { microBatchSize: 128 } });
    expect(differingFields(ran, resnet20)).toEqual([]);
    const split = config({ training: { microBatchSize: 32 } });
    expect(differences(split, resnet20)).toEqual(['micro-batch 32']);
  });

  it('shows both values of a field', () => {
    const shown = differingFields(resnet20, plain56).map(({ label, show }) => [
      label,
      show(resnet20),
      show(plain56),
    ]);
    expect(shown).toEqual([
      ['Blocks per stage', '3·3·3', '9·9·9'],
      ['Shortcuts', 'on', 'off'],
    ]);
    expect(showLearningRate(t, { type: 'cosine', base: 0.2, warmupSteps: 0, drops: [] })).toBe(
      '0.2 cosine',
    );
    const warmed = (type: 'linear' | 'oneCycle') =>
      showLearningRate(t, { type, base: 0.2, warmupSteps: 5, drops: [] });
    expect(warmed('linear')).toBe('0.2 linear to 0, warm-up 5');
    expect(warmed('oneCycle')).toBe('0.2 1-cycle, warm-up 5');
  });

  it('names a run after its network and what that does not tell', () => {
    const slow = config({ training: { learningRate: 0.01 } });
    expect(describedName('Plain-56', plain56, resnet20)).toBe('Plain-56');
    expect(describedName('ResNet-20', slow, resnet20)).toBe('ResNet-20, learning rate 0.01');
    const other = config({ data: { train: 1000, test: 1 }, training: { batchSize: 8, seed: 3 } });
    expect(describedName('ResNet-20', other, resnet20)).toBe(
      'ResNet-20, batch 8, seed 3 and 2 more',
    );
    expect(describedName('ResNet-20', slow, null)).toBe('ResNet-20');
    expect(
      storedRunTitle(storedRun('a', { network: 'ResNet-20 (2)', config: slow }), resnet20),
    ).toBe('ResNet-20, learning rate 0.01');
    expect(storedRunTitle(storedRun('a', { name: 'Mine' }), resnet20)).toBe('Mine');
  });
});

const row = (id: string, change: Partial<LibraryRow> = {}): LibraryRow => {
  const run = storedRun(id);
  return {
    ...run,
    runId: null,
    stored: run,
    name: id,
    changes: [],
    dateMs: run.keptAtMs,
    ...change,
  };
};
const columnOf = (key: string) => {
  const column = COLUMNS.find((candidate) => candidate.key === key);
  if (column === undefined) throw new RangeError(key);
  return column;
};

describe('the table', () => {
  const rows = [
    row('Plain-110', { bestAccuracy: 0.5, dateMs: 3 }),
    row('Plain-20', { bestAccuracy: null, dateMs: 1 }),
    row('ResNet-20', { bestAccuracy: 0.75, dateMs: null, runId: 'run-1' }),
  ];
  const names = (key: Parameters<typeof sortRows>[1]['key'], descending: boolean) =>
    sortRows(rows, { key, descending }).map(({ name }) => name);

  it('sorts names by their numbers, and values that are not known last either way', () => {
    expect(names('name', false)).toEqual(['Plain-20', 'Plain-110', 'ResNet-20']);
    expect(names('bestAccuracy', true)).toEqual(['ResNet-20', 'Plain-110', 'Plain-20']);
    expect(names('bestAccuracy', false)).toEqual(['Plain-110', 'ResNet-20', 'Plain-20']);
  });

  it('takes what trains for the newest', () => {
    expect(names('date', true)).toEqual(['ResNet-20', 'Plain-110', 'Plain-20']);
  });

  it('says how far a number is from the baseline’s, and whether that is better', () => {
    const base = row('base', { gradientRatio: 2, bestAccuracy: 0.5, parameters: 100 });
    const other = row('other', { gradientRatio: 0.25, bestAccuracy: 0.75, parameters: 90 });
    expect(deltaOf(columnOf('bestAccuracy'), other, base)).toEqual({
      amount: 0.25,
      isBetter: true,
    });
    // A quarter is further from even than two.
    expect(deltaOf(columnOf('gradientRatio'), other, base)).toEqual({
      amount: -1.75,
      isBetter: false,
    });
    expect(deltaOf(columnOf('parameters'), other, base)).toEqual({ amount: -10, isBetter: null });
    expect(deltaOf(columnOf('step'), other, base)).toBeNull();
    expect(deltaOf(columnOf('bestAccuracy'), row('x', { bestAccuracy: null }), base)).toBeNull();
  });

  it('describes rows against a config', () => {
    expect(withChanges(row('b', { config: plain56 }), resnet20).changes).toEqual([
      'depth 56',
      'no shortcuts',
    ]);
    expect(withChanges(row('b'), null).changes).toEqual([]);
  });
});
