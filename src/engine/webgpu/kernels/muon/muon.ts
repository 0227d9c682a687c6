/**
 * Muon (Jordan 2024): filters move by their momentum, made orthogonal by the products of `plan/filterStrips.ts`. It also
 * squares what it reads and what it changes.
 */
import { NEWTON_SCHULZ, type ProductPart } from '../../../plan/filterStrips.ts';
import { CHUNK_LANES } from '../chunks.ts';
import { gridFor } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { STEP_STRUCT } from '../step.ts';
import { workgroupSum } from '../workgroupSum.ts';
import productSource from './filterProduct.wgsl?raw';
import source from './muon.wgsl?raw';
import directionSource from './muonDirection.wgsl?raw';

/**
 * v = momentum · v + g; direction = nesterov ? g + momentum · v : v, on the first `chunks` of the table.
 * - chunkTable: `packChunks`; gradients, momentumBuffer, directions: flat
 */
export function muonDirection<B>(
  shape: { readonly chunks: number; readonly momentum: number; readonly nesterov: boolean },
  buffers: Readonly<Record<'chunkTable' | 'gradients' | 'momentumBuffer' | 'directions', B>>,
): KernelCall<B> {
  const workgroups = gridFor(shape.chunks, 1);
  const constants = {
    ...{ LANES: CHUNK_LANES, ROW: workgroups[0], CHUNKS: shape.chunks },
    ...{ MOMENTUM: { f32: shape.momentum }, NESTEROV: shape.nesterov },
  };
  const { chunkTable, gradients, momentumBuffer, directions } = buffers;
  return kernelCall({
    kernel: 'muonDirection',
    code: () => withConstants(constants, directionSource),
    bindings: [chunkTable, gradients, momentumBuffer, directions],
    workgroups,
  });
}

interface ProductShape {
  /** In the table: those of A and P, or those of X. */
  readonly firstStrip: number;
  readonly strips: number;
  readonly part: ProductPart;
}

/** left, right, output: X, X, A; or A, A, P; or X, P, the next X. Matrices [rows, O4] at the strips' offsets. */
export function filterProduct<B>(
  { firstStrip, strips, part }: ProductShape,
  buffers: Readonly<Record<'strips' | 'left' | 'right' | 'output', B>>,
): KernelCall<B> {
  const workgroups = gridFor(strips, 1);
  const { a, b, c, epsilon } = NEWTON_SCHULZ;
  const constants = {
    ...{ LANES: 64, ROW: workgroups[0], FIRST: firstStrip, STRIPS: strips },
    ...{ GRAM: part === 'gram', FILTER: part === 'filter', NORMALIZES: part === 'first' },
    ...{ A: { f32: a }, B: { f32: b }, C: { f32: c }, EPSILON: { f32: epsilon } },
  };
  return kernelCall({
    kernel: 'filterProduct',
    code: () => withConstants(constants, productSource),
    bindings: [buffers.strips, buffers.left, buffers.right, buffers.output],
    workgroups,
  });
}

/**
 * w -= rateFactor · step.learningRate · (direction + decay · w) on the first `chunks` of the table.
 * - chunkTable: `packChunks`, with decay and rateFactor; gradients, weights, directions: flat
 * - squares: as `sgd` leaves them
 */
export function muon<B>(
  chunks: number,
  buffers: Readonly<
    Record<'chunkTable' | 'gradients' | 'weights' | 'directions' | 'squares' | 'step', B>
  >,
): KernelCall<B> {
  const workgroups = gridFor(chunks, 1);
  const constants = { LANES: CHUNK_LANES, ROW: workgroups[0], CHUNKS: chunks };
  const { chunkTable, gradients, weights, directions, squares, step } = buffers;
  return kernelCall({
    kernel: 'muon',
    code: () => withConstants(constants, STEP_STRUCT + workgroupSum('vec4f') + source),
    bindings: [chunkTable, gradients, weights, directions, squares, step],
    workgroups,
  });
}
