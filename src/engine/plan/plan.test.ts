import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import { configOf } from '../../model/testing/configs.ts';
import { assignSlots, type Binding } from './buffers.ts';
import { operationsOf } from './grouping.ts';
import { packTensor, paddedLength, unpackTensor } from './layout.ts';

it('joins BatchNorm, addition and activation into one pass', () => {
  const kinds = (model: RunConfigInput['model']) =>
    operationsOf(
      buildGraph(configOf({ model: { stageDepths: [1], stageWidths: [4], ...model } }).model),
    ).map(({ kind, name }) => `${kind} ${name}`);
  expect(kinds({})).toEqual([
    'conv conv1',
    'pointwise bn1',
    'conv layer1.0.conv1',
    'pointwise layer1.0.bn1',
    'conv layer1.0.conv2',
    'pointwise layer1.0.bn2',
    'globalAveragePool avgpool',
    'conv fc',
  ]);
  expect(kinds({ order: 'pre' })).toEqual([
    'conv conv1',
    'pointwise layer1.0.bn1',
    'conv layer1.0.conv1',
    'pointwise layer1.0.bn2',
    'conv layer1.0.conv2',
    'pointwise layer1.0.add',
    'pointwise bn_last',
    'globalAveragePool avgpool',
    'conv fc',
  ]);
});

describe('slots', () => {
  const tensors = fc.array(
    fc.record({ first: fc.nat(30), length: fc.nat(10), bytes: fc.integer({ min: 4, max: 999 }) }),
    { minLength: 1, maxLength: 40 },
  );

  it('never give two living tensors the same place, and hold each whole', () => {
    fc.assert(
      fc.property(tensors, (lives) => {
        const transients = lives.map(({ bytes }, i) => ({ label: `${i}`, bytes }));
        const dispatches = Array.from({ length: 41 }, (_, at): Binding[] =>
          lives.flatMap(({ first, length }, i) => {
            const buffer = transients[i];
            const used = at === first || at === first + length;
            return used && buffer !== undefined ? [{ buffer, offset: 0, size: buffer.bytes }] : [];
          }),
        );
        const { slotOf, slotBytes } = assignSlots(dispatches);
        lives.forEach((life, i) => {
          const mine = transients[i];
          const slot = mine === undefined ? undefined : slotOf.get(mine);
          expect(slotBytes[slot ?? -1]).toBeGreaterThanOrEqual(life.bytes);
          lives.forEach((other, j) => {
            const theirs = transients[j];
            if (j <= i || theirs === undefined || slotOf.get(theirs) !== slot) return;
            const apart =
              other.first > life.first + life.length || life.first > other.first + other.length;
            expect(apart).toBe(true);
          });
        });
      }),
    );
  });
});

it('packs and unpacks tensors of any shape without loss, padding zero', () => {
  for (const shape of [[5], [8], [3, 2], [7, 3, 3, 3], [4, 1, 1, 1]]) {
    const elements = shape.reduce((product, n) => product * n, 1);
    const data = Float32Array.from({ length: elements }, (_, i) => i + 1);
    const packed = new Float32Array(paddedLength(shape) + 3).fill(-1);
    packTensor(shape, data, packed, 2);
    expect(unpackTensor(shape, packed, 2)).toEqual(data);
    const inside = packed.subarray(2, 2 + paddedLength(shape));
    expect(inside.filter((value) => value === 0)).toHaveLength(paddedLength(shape) - elements);
  }
});
