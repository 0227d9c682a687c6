import { describe, expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import type { NormShape } from '../batchNormStatistics/batchNormStatistics.ts';
import { channelGateGradientReference, channelGateReference } from './channelGate.reference.ts';
import { channelGate, channelGateGradient } from './channelGate.ts';

describe.each<NormShape>([
  { batch: 20, channels: 5, height: 5, width: 3 },
  { batch: 3, channels: 2, height: 33, width: 32 },
  { batch: 1, channels: 3, height: 1, width: 1 },
])('channel gate, $channels×$height×$width, batch $batch', (shape) => {
  const length = shape.channels * shape.height * shape.width * shape.batch;
  const input = randomArray(length, 1);
  const factors = randomArray(shape.channels * shape.batch, 2);
  const gradient = randomArray(length, 3);

  it('multiplies, and gives both gradients', async () => {
    const [output, inputGradient] = [unwritten(length), unwritten(length)];
    const factorsGradient = unwritten(factors.length);
    const given = { input, factors, gradient };
    await runKernels(
      channelGate<Data>(shape, { input, factors, output }),
      channelGateGradient<Data>(shape, { ...given, inputGradient, factorsGradient }),
    );
    expect(relativeError(output, channelGateReference(shape, input, factors))).toBeLessThan(1e-6);
    const expected = channelGateGradientReference(shape, gradient, input, factors);
    expect(relativeError(inputGradient, expected.inputGradient)).toBeLessThan(1e-6);
    expect(relativeError(factorsGradient, expected.factorsGradient)).toBeLessThan(1e-6);
  });

  it('has the gradients that its reference says', () => {
    if (length > 500) return;
    const expected = channelGateGradientReference(shape, gradient, input, factors);
    const loss = (x: ArrayLike<number>, by: ArrayLike<number>) =>
      dot(channelGateReference(shape, x, by), gradient);
    const ofInput = centralDifferences(input, (x) => loss(x, factors));
    const ofFactors = centralDifferences(factors, (by) => loss(input, by));
    expect(relativeError(expected.inputGradient, ofInput)).toBeLessThan(1e-6);
    expect(relativeError(expected.factorsGradient, ofFactors)).toBeLessThan(1e-6);
  });
});
