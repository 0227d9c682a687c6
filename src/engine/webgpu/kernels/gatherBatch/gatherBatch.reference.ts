import { type ReferenceBatchOptions, referenceBatch } from '../../../../data/referenceBatch.ts';
import { at } from '../../../testing/numeric.ts';

/** The first `rows` images of a batch of `batch`, [3, S, S, batch]; the others 0. */
export function gatherBatchReference(
  options: ReferenceBatchOptions,
  { batch, rows }: { readonly batch: number; readonly rows: number },
): Float64Array {
  const imagesFirst = referenceBatch({ ...options, indices: options.indices.subarray(0, rows) });
  const values = 3 * options.inputSize ** 2;
  return new Float64Array(values * batch).map((_, i) => {
    const n = i % batch;
    return n < rows ? at(imagesFirst, n * values + Math.floor(i / batch)) : 0;
  });
}
