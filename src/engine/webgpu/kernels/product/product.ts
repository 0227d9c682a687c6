/** Two tensors multiplied element by element: a value and its gate, or the gradient of one and the other. */
import { gridFor, gridRow } from '../grid.ts';
import { type KernelCall, kernelCall, withConstants } from '../kernel.ts';
import { storagePrelude, type TensorFormat } from '../storage.ts';
import { expandTemplate } from '../template.ts';
import source from './product.wgsl?raw';

const THREADS = 64;

/** What `a` is multiplied by: b, 1 − b or −b. */
export type ProductFactor = 'itself' | 'complement' | 'negative';

/**
 * output = a · f(b), `count` elements.
 * @param accumulate adds to what `output` holds.
 * @param format of all three.
 */
export function product<B>(
  count: number,
  factor: ProductFactor,
  { a, b, output }: { readonly a: B; readonly b: B; readonly output: B },
  { accumulate = false, format }: { accumulate?: boolean; format?: TensorFormat | undefined } = {},
): KernelCall<B> {
  const constants = { THREADS, ROW: gridRow(count, THREADS), COUNT: count };
  const FACTOR = { itself: 0, complement: 1, negative: 2 }[factor];
  const { directives, declarations } = storagePrelude({ Stored: format });
  const text = () => declarations + expandTemplate(source, { FACTOR, ACCUMULATE: accumulate });
  return kernelCall({
    kernel: 'product',
    code: () => withConstants(constants, text(), directives),
    bindings: [a, b, output],
    workgroups: gridFor(count, THREADS),
  });
}
