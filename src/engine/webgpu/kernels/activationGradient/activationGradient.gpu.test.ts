import { expect, it } from 'vitest';
import type { Activation } from '../../../plan/operations/operation.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { activate } from '../activation.ts';
import { activationGradientReference } from './activationGradient.reference.ts';
import { activationGradient } from './activationGradient.ts';

it.each(['relu', 'tanh', 'sigmoid'] as const)('%s', async (activation: Activation) => {
  for (const count of [1, 257, 5000]) {
    const output = randomArray(count, 1).map((x) => activate(activation, 3 * x));
    const gradient = randomArray(count, 2);
    const expected = activationGradientReference(activation, gradient, output);
    const earlier = randomArray(count, 3);
    const added = earlier.slice();
    const apart = { gradient: gradient.slice(), output, inputGradient: added };
    await runKernels(
      activationGradient(count, activation, apart),
      activationGradient(count, activation, { gradient, output, inputGradient: gradient }),
    );
    expect(relativeError(gradient, expected)).toBeLessThan(1e-6);
    const sums = expected.map((value, i) => value + (earlier[i] ?? Number.NaN));
    expect(relativeError(added, sums)).toBeLessThan(1e-6);
  }
});

it.each(['relu', 'tanh', 'sigmoid'] as const)('%s: slope by finite differences', (activation) => {
  const step = 1e-6;
  for (const x of [-2.3, -0.4, 0.3, 1.7]) {
    const numeric = (activate(activation, x + step) - activate(activation, x - step)) / (2 * step);
    const [slope] = activationGradientReference(activation, [1], [activate(activation, x)]);
    expect(slope).toBeCloseTo(numeric, 8);
  }
});
