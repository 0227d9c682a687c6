import { describe, expect, it } from 'vitest';
import { weightLength } from '../../../plan/geometry.ts';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { inputLength, outputLength } from '../../../webgpu/kernels/convForward/testShapes.ts';
import { convWeightGradientReference } from '../../../webgpu/kernels/convWeightGradient/convWeightGradient.reference.ts';
import { ARITHMETICS, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { WINOGRAD_SHAPES } from '../winograd/testShapes.ts';
import { FREQUENCIES } from '../winograd/transforms.ts';
import { zeroBytes } from '../winograd/tiles.ts';
import { winogradFilterGradient } from '../winogradFilterGradient/winogradFilterGradient.ts';
import { winogradCopies, winogradWeightGradient } from './winogradWeightGradient.ts';

describe.each(WINOGRAD_SHAPES)('winogradWeightGradient, %s', (_name, shape) => {
  const { batch, inChannels, outChannels } = shape;
  const padded = 4 * Math.ceil(outChannels / 4);

  it.each(ARITHMETICS)('gives the sums of the plain loops, %s', (arithmetic) => {
    const input = randomArray(inputLength(shape), 1);
    const outputGradient = randomArray(outputLength(shape), 2);
    const parts = winogradCopies(shape);
    const copies = unwritten(parts * FREQUENCIES * inChannels * padded);
    runCpuKernel(winogradWeightGradient(shape, arithmetic), {
      input: padImages(input, batch, 0.5),
      outputGradient: padImages(outputGradient, batch, 0),
      zeros: new Float32Array(zeroBytes(shape) / 4),
      copies,
    });
    const weightGradient = unwritten(weightLength(shape));
    runCpuKernel(winogradFilterGradient(inChannels, padded, parts), { copies, weightGradient });
    const expected = convWeightGradientReference(shape, input, outputGradient);
    expect(relativeError(weightGradient, expected)).toBeLessThan(2e-6);
  });
});
