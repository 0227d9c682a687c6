import { describe, expect, it } from 'vitest';
import { chunksOf, packChunks } from '../../../plan/chunks.ts';
import {
  filterStrips,
  iterate,
  type ProductPart,
  STRIP_WORDS,
} from '../../../plan/filterStrips.ts';
import { randomArray, relativeError } from '../../../testing/runKernel.ts';
import {
  MUON_FLOATS,
  MUON_MATRICES,
  muonReference,
  orthogonalized,
} from '../../../webgpu/kernels/muon/muon.reference.ts';
import { ARITHMETICS, runCpuKernel } from '../../testing/runCpuKernel.ts';
import { muonDirection } from './direction.ts';
import { muon } from './muon.ts';
import { filterProduct } from './product.ts';

const chunks = MUON_MATRICES.flatMap(chunksOf);
const chunkTable = packChunks(chunks);
const strips = filterStrips(MUON_MATRICES);

describe.each(ARITHMETICS)('muon, %s', (arithmetic) => {
  it.each([
    { momentum: 0.9, nesterov: true },
    { momentum: 0.5, nesterov: false },
  ])('moves filters by their orthogonal momentum: %o', (settings) => {
    const gradients = randomArray(MUON_FLOATS, 1).map((value) => value / 1000);
    const weights = randomArray(MUON_FLOATS, 2);
    const momentum = randomArray(MUON_FLOATS, 3).map((value) => value / 1000);
    const state = {
      weights: Float64Array.from(weights),
      momentumBuffer: Float64Array.from(momentum),
    };
    const learningRate = Math.fround(0.05);
    muonReference({ ...settings, learningRate }, MUON_MATRICES, gradients, state);

    const tensors = {
      directions: new Float32Array(MUON_FLOATS),
      nextDirections: new Float32Array(MUON_FLOATS),
      grams: new Float32Array(strips.gramFloats),
      polynomials: new Float32Array(strips.gramFloats),
    };
    const { directions, grams, polynomials } = tensors;
    const shape = { chunks: chunks.length, ...settings };
    runCpuKernel(muonDirection(shape), { chunkTable, gradients, momentum, directions });
    const multiply = (
      part: ProductPart,
      left: Float32Array,
      right: Float32Array,
      output: Float32Array,
    ) => {
      const isFilter = part === 'filter';
      const count = isFilter ? strips.filterStrips : strips.gramStrips;
      const table = strips.table.slice(isFilter ? STRIP_WORDS * strips.gramStrips : 0);
      runCpuKernel(filterProduct(count, part, arithmetic), { strips: table, left, right, output });
    };
    const last = iterate((x, next, isFirst) => {
      multiply('gram', tensors[x], tensors[x], grams);
      multiply(isFirst ? 'first' : 'polynomial', grams, grams, polynomials);
      multiply('filter', tensors[x], polynomials, tensors[next]);
    });
    const squares = new Float64Array(3 * chunks.length);
    const before = weights.slice();
    runCpuKernel(muon(chunks.length), {
      ...{ chunkTable, gradients, weights, directions: tensors[last] },
      learningRate: Float32Array.of(learningRate),
      squares: new Uint8Array(squares.buffer),
    });
    expect(relativeError(weights, state.weights)).toBeLessThan(1e-6);
    expect(relativeError(momentum, state.momentumBuffer)).toBeLessThan(1e-6);
    chunks.forEach(({ offset, length }, i) => {
      const norm = (of: (at: number) => number) =>
        Math.hypot(...Array.from({ length }, (_, j) => of(offset + j)));
      const norms = [
        norm((at) => gradients[at] ?? 0),
        norm((at) => before[at] ?? 0),
        norm((at) => (before[at] ?? 0) - (state.weights[at] ?? 0)),
      ];
      norms.forEach((expected, which) => {
        expect(Math.sqrt(squares[3 * i + which] ?? 0) / expected).toBeCloseTo(1, 5);
      });
    });
  });
});

it('brings the singular values near 1', () => {
  // Orthogonal columns of lengths 3, 1 and 0.2.
  const matrix = Float64Array.of(3, 0, 0, 0, 1, 0, 0, 0, 0.2, 0, 0, 0);
  const lengths = [0, 1, 2].map((column) => {
    const x = orthogonalized(matrix, 3);
    return Math.hypot(...[0, 1, 2, 3].map((row) => x[3 * row + column] ?? 0));
  });
  for (const length of lengths) {
    expect(length).toBeGreaterThan(0.6);
    expect(length).toBeLessThan(1.25);
  }
});
