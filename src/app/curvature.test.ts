import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { curvatureCsv, limitedBy, noiseScale, stabilityLimit } from './curvature.ts';

const sgd = { type: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 } as const;

it('knows at what curvature steps overshoot', () => {
  expect(stabilityLimit({ optimizer: sgd }, 0.1)).toBeCloseTo(20, 12);
  expect(stabilityLimit({ optimizer: { ...sgd, momentum: 0.9 } }, 0.1)).toBeCloseTo(38, 12);
  expect(stabilityLimit({ optimizer: { ...sgd, momentum: 0.9, nesterov: true } }, 0.1)).toBeCloseTo(
    38 / 2.8,
    12,
  );
  expect(stabilityLimit({ optimizer: { ...sgd, type: 'adam', momentum: 0.9 } }, 0.1)).toBeNull();
  expect(stabilityLimit({ optimizer: sgd }, 0)).toBeNull();
  expect(stabilityLimit({ optimizer: sgd, normAndBiasRate: 2 }, 0.1)).toBeNull();
  const whitened = completeConfig({ version: 1, model: { whitening: true } });
  expect(stabilityLimit(limitedBy(whitened), 0.1)).toBeNull();
});

it.each([
  [sgd, 0.5],
  [{ ...sgd, momentum: 0.9 }, 0.5],
  [{ ...sgd, momentum: 0.9, nesterov: true }, 0.5],
])('tells where %o begins to diverge on a parabola', (optimizer, rate) => {
  const limit = stabilityLimit({ optimizer }, rate) ?? Number.NaN;
  const walked = (curvature: number) => {
    let [w, v] = [1, 0];
    for (let step = 0; step < 3000; step++) {
      const gradient = curvature * w;
      v = optimizer.momentum * v + gradient;
      w -= rate * (optimizer.nesterov ? gradient + optimizer.momentum * v : v);
    }
    return Math.abs(w);
  };
  expect(walked(0.99 * limit)).toBeLessThan(1e-3);
  expect(walked(1.01 * limit)).toBeGreaterThan(1e3);
});

const row = {
  ...{ step: 8, learningRate: 0.1, loss: 2, largest: 5, residual: 0.1, gradientNorm: 3 },
  noise: { squaredGradient: 4, trace: 800 },
};

it('has a noise scale where the gradient is more than noise', () => {
  expect(noiseScale(row)).toBe(200);
  expect(noiseScale({ ...row, noise: { squaredGradient: -1, trace: 800 } })).toBeNull();
  expect(noiseScale({ ...row, noise: null })).toBeNull();
});

it('writes every point', () => {
  const result = { kind: 'curvature', images: 256, rows: [row] } as const;
  expect(curvatureCsv([{ name: 'R', training: { optimizer: sgd }, result }]).split('\n')[1]).toBe(
    '"R",8,256,0.1,2,5,0.1,20,3,4,800,200',
  );
});
