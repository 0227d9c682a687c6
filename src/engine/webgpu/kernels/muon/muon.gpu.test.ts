import { expect, it } from 'vitest';
import { chunksOf, packChunks } from '../../../plan/chunks.ts';
import { filterStrips, iterate, type ProductPart } from '../../../plan/filterStrips.ts';
import { type Data, randomArray, relativeError, runKernels } from '../../../testing/runKernel.ts';
import { packStep } from '../step.ts';
import { MUON_FLOATS, MUON_MATRICES, muonReference } from './muon.reference.ts';
import { filterProduct, muon, muonDirection } from './muon.ts';

const chunks = MUON_MATRICES.flatMap(chunksOf);
const chunkTable = packChunks(chunks);
const strips = filterStrips(MUON_MATRICES);

it.each([
  { momentum: 0.9, nesterov: true },
  { momentum: 0.5, nesterov: false },
])('moves filters by their orthogonal momentum: %o', async (settings) => {
  const gradients = randomArray(MUON_FLOATS, 1).map((value) => value / 1000);
  const weights = randomArray(MUON_FLOATS, 2);
  const momentumBuffer = randomArray(MUON_FLOATS, 3).map((value) => value / 1000);
  const state = {
    weights: Float64Array.from(weights),
    momentumBuffer: Float64Array.from(momentumBuffer),
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
  const buffers = { chunkTable, gradients, momentumBuffer, directions };
  const calls = [muonDirection<Data>({ chunks: chunks.length, ...settings }, buffers)];
  const multiply = (part: ProductPart, left: Data, right: Data, output: Data) => {
    const isFilter = part === 'filter';
    const shape = {
      ...{ part, firstStrip: isFilter ? strips.gramStrips : 0 },
      strips: isFilter ? strips.filterStrips : strips.gramStrips,
    };
    calls.push(filterProduct<Data>(shape, { strips: strips.table, left, right, output }));
  };
  const last = iterate((x, next, isFirst) => {
    multiply('gram', tensors[x], tensors[x], grams);
    multiply(isFirst ? 'first' : 'polynomial', grams, grams, polynomials);
    multiply('filter', tensors[x], polynomials, tensors[next]);
  });
  const squares = new Float32Array(4 * chunks.length);
  const step = new Uint32Array(packStep({ slot: 0, step: 0, seed: 0, rows: 0, learningRate }));
  const moved = { chunkTable, gradients, weights, directions: tensors[last], squares, step };
  await runKernels(...calls, muon<Data>(chunks.length, moved));
  expect(relativeError(weights, state.weights)).toBeLessThan(1e-6);
  expect(relativeError(momentumBuffer, state.momentumBuffer)).toBeLessThan(1e-6);
});
