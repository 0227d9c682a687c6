/**
 * Chooses the images of each step. The order depends on the seed alone, never on when images arrive. The first epoch
 * shuffles within blocks of consecutive images, so training can start with the first block; later epochs shuffle all.
 */
import { hash32 } from './hash.ts';

/** Images per block of the first epoch: as many must have arrived before step 0. */
export const FIRST_EPOCH_BLOCK = 1000;

const ORDER_STREAM = 0x6f72_6465;

interface SamplerOptions {
  /** u32 */
  readonly seed: number;
  readonly trainCount: number;
  readonly batchSize: number;
}

interface Sampler {
  /** Indices of a batch's training images, [batchSize]: positions step·B … (step+1)·B − 1 in the sequence of all epochs. */
  indices(step: number): Uint32Array;
  /** How many of the first training images must have arrived before `step` can run. */
  imagesNeeded(step: number): number;
}

/** @throws RangeError when a count is not a positive integer. */
export function createSampler({ seed, trainCount, batchSize }: SamplerOptions): Sampler {
  for (const [name, value] of Object.entries({ trainCount, batchSize })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} = ${value}`);
  }
  const orders = new Map<number, Uint32Array>();
  const order = (epoch: number): Uint32Array => {
    let found = orders.get(epoch);
    if (found === undefined) {
      found = epochOrder(seed, epoch, trainCount);
      orders.set(epoch, found);
      const [oldest] = orders.keys();
      if (orders.size > 2 && oldest !== undefined) orders.delete(oldest);
    }
    return found;
  };
  const indices = (step: number): Uint32Array => {
    const batch = new Uint32Array(batchSize);
    let position = step * batchSize;
    for (let n = 0; n < batchSize; ) {
      const offset = position % trainCount;
      const epoch = (position - offset) / trainCount;
      const part = order(epoch).subarray(offset, offset + batchSize - n);
      batch.set(part, n);
      n += part.length;
      position += part.length;
    }
    return batch;
  };
  return {
    indices,
    imagesNeeded: (step) => indices(step).reduce((most, index) => Math.max(most, index + 1), 0),
  };
}

/** The permutation of 0 … count−1 that `epoch` follows. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const block = epoch === 0 ? FIRST_EPOCH_BLOCK : count;
  for (let start = 0; start < count; start += block) {
    shuffle(order.subarray(start, start + block), seed, epoch, start);
  }
  return order;
}

/** Fisher–Yates. The draw for position i is counter `first + i` of the epoch's stream. */
function shuffle(order: Uint32Array, seed: number, epoch: number, first: number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const draw = hash32(seed, ORDER_STREAM ^ epoch, first + i);
    const j = Math.floor((draw / 0x1_0000_0000) * (i + 1));
    const other = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    order[i] = other;
  }
}
