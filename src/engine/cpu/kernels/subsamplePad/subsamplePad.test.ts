import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray } from '../../../testing/runKernel.ts';
import { subsamplePadReference } from '../../../webgpu/kernels/subsamplePad/subsamplePad.reference.ts';
import { subsamplePadGradientReference } from '../../../webgpu/kernels/subsamplePadGradient/subsamplePadGradient.reference.ts';
import { lengthOf, PLANES } from '../../testing/planes.ts';
import { dropSurplus, padImages, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { subsamplePad, subsamplePadGradient } from './subsamplePad.ts';

describe.each(PLANES)('subsamplePad, %s', (_name, shape) => {
  const { batch, channels } = shape;
  const padBefore = channels > 1 ? 1 : 0;
  const from = {
    channels: Math.max(1, channels - 2),
    height: 2 * shape.height - 1,
    width: 2 * shape.width,
    stride: 2,
    padBefore,
  };
  const inputLength = lengthOf({ batch, ...from });

  it('takes every other pixel and pads the channels', () => {
    const input = randomArray(inputLength, 1);
    const output = padImages(unwritten(lengthOf(shape)), batch, Number.NaN);
    runCpuKernel(subsamplePad(shape, from), { input: padImages(input, batch, 0.5), output });
    const expected = subsamplePadReference(shape, from, input);
    expect(dropSurplus(output, batch)).toEqual(Float32Array.from(expected));
  });

  it('hands gradients back to the pixels taken', () => {
    const outputGradient = randomArray(lengthOf(shape), 2);
    const inputGradient = padImages(unwritten(inputLength), batch, Number.NaN);
    runCpuKernel(subsamplePadGradient(shape, from), {
      outputGradient: padImages(outputGradient, batch, 0),
      inputGradient,
    });
    const expected = subsamplePadGradientReference(shape, from, outputGradient);
    expect(dropSurplus(inputGradient, batch)).toEqual(Float32Array.from(expected));
  });
});
