import { describe, expect, it } from 'vitest';
import { unwritten } from '../../../testing/numeric.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import { convForwardReference } from '../../../webgpu/kernels/convForward/convForward.reference.ts';
import {
  inputLength,
  outputLength,
  randomWeight,
} from '../../../webgpu/kernels/convForward/testShapes.ts';
import { convInputGradientReference } from '../../../webgpu/kernels/convInputGradient/convInputGradient.reference.ts';
import {
  ARITHMETICS,
  dropSurplus,
  padImages,
  runCpuKernel,
  surplusOf,
} from '../../testing/runCpuKernel.ts';
import { filterFloats, winogradFilters } from '../winogradFilters/winogradFilters.ts';
import type { Direction } from '../winograd/transforms.ts';
import { zeroBytes } from '../winograd/tiles.ts';
import { WINOGRAD_SHAPES } from '../winograd/testShapes.ts';
import { winogradConv } from './winogradConv.ts';

describe.each(WINOGRAD_SHAPES)('winogradConv, %s', (_name, shape) => {
  const { batch, inChannels, outChannels } = shape;
  const weight = randomWeight(shape, 2);
  const filtersOf = (direction: Direction) => {
    const filters = unwritten(filterFloats(inChannels, outChannels));
    runCpuKernel(winogradFilters(inChannels, outChannels, direction), { weight, filters });
    return filters;
  };
  const zeros = new Float32Array(zeroBytes(shape) / 4);

  it.each(ARITHMETICS)('gives the sums of the plain loops, %s', (arithmetic) => {
    const input = randomArray(inputLength(shape), 1);
    for (const bias of [null, randomArray(outChannels, 3)]) {
      const target = padImages(unwritten(outputLength(shape)), batch, Number.NaN);
      const start = bias === null ? 'zero' : 'bias';
      runCpuKernel(winogradConv(shape, 'forward', start, arithmetic), {
        source: padImages(input, batch, 0.5),
        ...{ filters: filtersOf('forward'), zeros, target },
        bias: bias ?? new Float32Array(0),
      });
      const expected = convForwardReference(shape, input, weight, bias);
      expect(relativeError(dropSurplus(target, batch), expected)).toBeLessThan(1e-6);
      expect(target.every(Number.isFinite)).toBe(true);
    }
  });

  it.each(ARITHMETICS)('gives the gradient of the input, %s', (arithmetic) => {
    const outputGradient = randomArray(outputLength(shape), 4);
    const earlier = randomArray(inputLength(shape), 5);
    const gradient = convInputGradientReference(shape, outputGradient, weight);
    for (const start of ['zero', 'target'] as const) {
      const target =
        start === 'target'
          ? padImages(earlier, batch, 0)
          : padImages(unwritten(inputLength(shape)), batch, Number.NaN);
      runCpuKernel(winogradConv(shape, 'inputGradient', start, arithmetic), {
        source: padImages(outputGradient, batch, 0),
        ...{ filters: filtersOf('inputGradient'), zeros, target },
        bias: new Float32Array(0),
      });
      const expected = gradient.map(
        (value, i) => value + (start === 'target' ? (earlier[i] ?? Number.NaN) : 0),
      );
      expect(relativeError(dropSurplus(target, batch), expected)).toBeLessThan(1e-6);
      expect(surplusOf(target, batch).every((value) => value === 0)).toBe(true);
    }
  });
});
