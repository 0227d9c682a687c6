/** Names for tensors that have none but a number, `arr_0` or `12`, from their order and shapes. */
import type { NamedTensor } from './fileModules.ts';

const NUMBERED = /^[a-z_]*\d+$/i;
const VECTORS: Readonly<Record<number, readonly string[]>> = {
  1: ['bias'],
  2: ['weight', 'bias'],
  3: ['bias', 'weight', 'bias'],
  4: ['weight', 'bias', 'running_mean', 'running_var'],
  5: ['bias', 'weight', 'bias', 'running_mean', 'running_var'],
};

export const isUnnamed = (names: Iterable<string>): boolean =>
  [...names].every((name) => NUMBERED.test(name));

/** A convolution or linear layer is followed by its bias, by the vectors of a norm, or by both. */
export function namesByOrder(
  tensors: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, NamedTensor> {
  const entries = [...tensors.values()].sort((a, b) =>
    a.fileName.localeCompare(b.fileName, 'en', { numeric: true }),
  );
  const result = new Map<string, NamedTensor>();
  let number = 0;
  for (let at = 0; at < entries.length; ) {
    const first = entries[at];
    if (first === undefined) break;
    const vectors = entries.slice(at + 1);
    const run = vectors.findIndex(({ tensor }) => tensor.shape.length > 1);
    const own = vectors
      .slice(0, run < 0 ? vectors.length : run)
      .filter(({ tensor }) => tensor.shape.length === 1);
    number++;
    result.set(`m${number}.weight`, first);
    const leaves = VECTORS[own.length] ?? [];
    const hasBias = own.length % 2 === 1;
    for (const [i, vector] of own.entries()) {
      const path = i === 0 && hasBias ? `m${number}` : `m${number}norm`;
      result.set(`${path}.${leaves[i] ?? `vector${i}`}`, vector);
    }
    // BatchNorm's counter is a number without dimensions.
    at += run < 0 ? entries.length : run + 1;
  }
  return result;
}
