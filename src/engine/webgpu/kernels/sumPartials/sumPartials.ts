/** Adds up gradients that are stored as copies, each a part of the sum. */

import { gridFor } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { expandTemplate } from '../template.ts';
import { areGrouped, type SumLanes } from './pieces.ts';
import source from './sumPartials.wgsl?raw';

/**
 * gradients[offset + i] = Σ_c copies[copyOffset + c · copyStride + i] for every piece; one workgroup a piece. All sums in
 * a fixed order, which depends on `lanes`.
 * - pieceTable: `packPieces` for as many lanes; copies and gradients: flat
 */
export function sumPartials<B>(
  { pieces, lanes }: { readonly pieces: number; readonly lanes: SumLanes },
  buffers: { readonly pieceTable: B; readonly copies: B; readonly gradients: B },
): KernelCall<B> {
  const workgroups = gridFor(pieces, 1);
  // The count is the table's length, so that tables of any length share one pipeline.
  const ROW = workgroups[1] === 1 ? 0 : workgroups[0];
  const code = () => expandTemplate(source, { GROUPED: areGrouped(lanes) });
  return kernelCall({
    kernel: 'sumPartials',
    code: () => withConstants({ LANES: lanes, ROW }, code()),
    bindings: [buffers.pieceTable, buffers.copies, buffers.gradients],
    workgroups,
  });
}
