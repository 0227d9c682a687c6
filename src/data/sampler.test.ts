import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, epochOrder, FIRST_EPOCH_BLOCK } from './sampler.ts';

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** The first `count` positions as a sampler of this batch size gives them. */
function positions(batchSize: number, trainCount: number, count: number, seed = 7): number[] {
  const sampler = createSampler({ seed, trainCount, batchSize });
  const steps = range(0, Math.ceil(count / batchSize));
  return steps.flatMap((step) => [...sampler.indices(step)]).slice(0, count);
}

describe('sampler', () => {
  it('draws every image once per epoch', () => {
    const counts = fc.integer({ min: 1, max: 2500 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        counts,
        fc.nat(5),
        (seed, count, epoch) => {
          expect(sorted(epochOrder(seed, epoch, count))).toEqual(range(0, count));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('draws the same order whatever the batch size, across the ends of epochs', () => {
    const wanted = [...epochOrder(7, 0, 50), ...epochOrder(7, 1, 50), ...epochOrder(7, 2, 50)];
    for (const batchSize of [1, 7, 32, 50, 64, 128]) {
      expect(positions(batchSize, 50, 150)).toEqual(wanted);
    }
  });

  it('gives the same answers in any order of calls', () => {
    const forwards = createSampler({ seed: 3, trainCount: 70, batchSize: 32 });
    const steps = range(0, 12);
    const wanted = steps.map((step) => [...forwards.indices(step)]);
    const anyhow = createSampler({ seed: 3, trainCount: 70, batchSize: 32 });
    for (const step of [11, 0, 5, 5, 10, 1, 6, 3, 2, 9, 4, 8, 7]) {
      expect([...anyhow.indices(step)]).toEqual(wanted[step]);
    }
  });

  it('starts with blocks of the first images, so that training need not wait', () => {
    const order = epochOrder(1, 0, 2300);
    expect(sorted(order.subarray(0, 1000))).toEqual(range(0, FIRST_EPOCH_BLOCK));
    expect(sorted(order.subarray(1000, 2000))).toEqual(range(1000, 2000));
    expect(sorted(order.subarray(2000))).toEqual(range(2000, 2300));
    const sampler = createSampler({ seed: 1, trainCount: 2300, batchSize: 100 });
    for (const step of range(0, 10)) expect(sampler.imagesNeeded(step)).toBeLessThanOrEqual(1000);
    for (const step of range(0, 40)) {
      expect(sampler.imagesNeeded(step)).toBe(Math.max(...sampler.indices(step)) + 1);
    }
  });

  it('shuffles all images in later epochs, differently for each epoch and seed', () => {
    const second = epochOrder(1, 1, 3000);
    expect(second.subarray(0, 1000).some((index) => index >= 2000)).toBe(true);
    expect([...epochOrder(1, 2, 3000)]).not.toEqual([...second]);
    expect([...epochOrder(2, 1, 3000)]).not.toEqual([...second]);
  });

  it('keeps its order from version to version', () => {
    expect([...epochOrder(0, 0, 10)]).toEqual([3, 5, 8, 9, 6, 2, 1, 7, 0, 4]);
    expect([...epochOrder(0, 1, 10)]).toEqual([0, 5, 8, 3, 2, 9, 7, 6, 4, 1]);
  });

  it('refuses counts that are not positive integers', () => {
    expect(() => createSampler({ seed: 0, trainCount: 0, batchSize: 8 })).toThrow('trainCount = 0');
    expect(() => createSampler({ seed: 0, trainCount: 5, batchSize: 1.5 })).toThrow(
      'batchSize = 1.5',
    );
  });
});
