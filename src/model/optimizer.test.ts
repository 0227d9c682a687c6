import { describe, expect, it } from 'vitest';
import { adamScales, adamSettings, averageRate, descentOf, keptPerWeight } from './optimizer.ts';
import { completeConfig } from './parse.ts';

const adam = completeConfig({ version: 1, training: { optimizer: { type: 'adam' } } }).training
  .optimizer;

it('takes PyTorch’s defaults for what is left out', () => {
  expect(adamSettings(adam)).toEqual({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  expect(adamSettings({ ...adam, momentum: 0.8, beta2: 0.9, epsilon: 0.1 })).toEqual({
    ...{ beta1: 0.8, beta2: 0.9, epsilon: 0.1 },
  });
});

it('corrects both moments for their start at zero', () => {
  for (const t of [1, 2, 10, 1000, 1_000_000]) {
    const { stepSize, secondRoot } = adamScales(adam, 0.002, t);
    expect(stepSize / (0.002 / (1 - 0.9 ** t))).toBeCloseTo(1, 12);
    expect(secondRoot / Math.sqrt(1 - 0.999 ** t)).toBeCloseTo(1, 11);
  }
  expect(adamScales({ ...adam, momentum: 0, beta2: 0 }, 0.5, 1)).toEqual({
    ...{ stepSize: 0.5, secondRoot: 1 },
  });
});

it('lets an average forget the initial weights first, and settle on its decay', () => {
  expect([0, 1, 8].map((step) => averageRate(0.9, step))).toEqual([0.9, 1 - 2 / 11, 0.5]);
  expect(averageRate(0.9, 79)).toBeCloseTo(1 - 80 / 89, 15);
  expect(averageRate(0.9, 80)).toBeCloseTo(0.1, 15);
  expect(averageRate(0, 1000)).toBe(1);
});

it('counts what a network keeps beside its weights', () => {
  expect(keptPerWeight({ optimizer: adam })).toBe(2);
  expect(keptPerWeight({ optimizer: { ...adam, type: 'sgd' }, averageDecay: 0.9 })).toBe(2);
});

describe('descentOf', () => {
  const roles = [
    ...([
      'convWeight',
      'convBias',
      'normWeight',
      'normBias',
      'linearWeight',
      'linearBias',
    ] as const),
  ];
  const { training } = completeConfig({ version: 1 });
  const of = (part: Partial<typeof training>) =>
    roles.map((role) => descentOf({ role }, { ...training, ...part }));

  it('lets everything decay, or filters and the classifier’s weights alone', () => {
    const all = of({}).map(({ decay }) => decay);
    expect(all).toEqual([0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001]);
    expect(of({ decayNormAndBias: true })).toEqual(of({}));
    const some = of({ decayNormAndBias: false }).map(({ decay }) => decay);
    expect(some).toEqual([0.0001, 0, 0, 0, 0.0001, 0]);
  });

  it('multiplies the rates of filters, of BatchNorm and biases, and of the classifier', () => {
    const rates = { filterRate: 2, normAndBiasRate: 3, classifierRate: 0 };
    expect(of(rates).map(({ rateFactor }) => rateFactor)).toEqual([2, 3, 3, 3, 0, 0]);
    expect(of({}).map(({ rateFactor }) => rateFactor)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
