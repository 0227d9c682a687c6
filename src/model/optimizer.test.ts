import { expect, it } from 'vitest';
import { adamScales, adamSettings, isDecayed } from './optimizer.ts';
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

it('lets everything decay, or filters and the classifier’s weights alone', () => {
  const roles = ['convWeight', 'linearWeight', 'bias', 'normWeight', 'normBias'] as const;
  const decayed = (training: Parameters<typeof isDecayed>[1]) =>
    roles.filter((role) => isDecayed({ role }, training));
  expect(decayed({})).toEqual(roles);
  expect(decayed({ decayNormAndBias: true })).toEqual(roles);
  expect(decayed({ decayNormAndBias: false })).toEqual(['convWeight', 'linearWeight']);
});
