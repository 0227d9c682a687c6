import { describe, expect, it } from 'vitest';
import { centralDifferences, dot, unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import {
  globalAveragePoolGradientReference,
  globalAveragePoolReference,
} from './globalAveragePool.reference.ts';
import {
  type GlobalAveragePoolShape,
  globalAveragePool,
  globalAveragePoolGradient,
} from './globalAveragePool.ts';

const SHAPES: readonly GlobalAveragePoolShape[] = [
  { batch: 4, channels: 64, height: 8, width: 8 },
  { batch: 3, channels: 5, height: 7, width: 3 },
  { batch: 1, channels: 1, height: 1, width: 1 },
  { batch: 65, channels: 2, height: 1, width: 5 },
];

describe.each(SHAPES)('$channels×$height×$width, batch $batch', (shape) => {
  const inputLength = shape.channels * shape.height * shape.width * shape.batch;
  const outputLength = shape.channels * shape.batch;

  it('averages planes', async () => {
    const input = randomArray(inputLength, 1);
    const output = unwritten(outputLength);
    await runKernels(globalAveragePool(shape, { input, output }));
    const expected = globalAveragePoolReference(shape, input);
    expect(relativeError(output, expected)).toBeLessThan(1e-6);
  });

  it('spreads the gradient', async () => {
    const outputGradient = randomArray(outputLength, 2);
    const inputGradient = unwritten(inputLength);
    await runKernels(globalAveragePoolGradient(shape, { outputGradient, inputGradient }));
    const expected = globalAveragePoolGradientReference(shape, outputGradient);
    expect(relativeError(inputGradient, expected)).toBeLessThan(3e-7);
    if (inputLength < 1000) {
      const numeric = centralDifferences(randomArray(inputLength, 3), (values) =>
        dot(globalAveragePoolReference(shape, values), outputGradient),
      );
      expect(relativeError(inputGradient, numeric)).toBeLessThan(1e-6);
    }
  });
});

it('reaches every element where one dimension of workgroups does not suffice', async () => {
  const shape = { batch: 1, channels: 3, height: 1, width: 1_500_001 };
  const outputGradient = Float32Array.of(1, 2, 3);
  const inputGradient = unwritten(3 * 1_500_001);
  const call = globalAveragePoolGradient(shape, { outputGradient, inputGradient });
  expect(call.workgroups).toEqual([35_157, 2, 1]);
  await runKernels(call);
  for (const channel of [0, 1, 2]) {
    const plane = inputGradient.subarray(channel * 1_500_001, (channel + 1) * 1_500_001);
    const expected = Math.fround((channel + 1) / 1_500_001);
    expect(plane.findIndex((value) => Math.abs(value / expected - 1) > 1e-6)).toBe(-1);
  }
});
