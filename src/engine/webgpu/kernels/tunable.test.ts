import { describe, expect, it } from 'vitest';
import { CONV_FORWARD } from './convForward/convForward.tunable.ts';
import type { ConvShape } from './convForward/shape.ts';
import { convForwardTiles } from './convForward/tiles.ts';
import { PLAIN_TRAITS, traitsOfKind } from './traits.ts';
import { choose, distinct, idOf, versionOf } from './tunable.ts';

const shape: ConvShape = {
  batch: 32,
  inChannels: 16,
  inHeight: 32,
  inWidth: 32,
  outChannels: 16,
  kernel: 3,
  stride: 1,
  padding: 1,
};

it('distinct keeps the first of what is alike, in order', () => {
  expect(distinct([{ a: 1 }, { a: 2 }, { a: 1 }, { a: 3 }])).toEqual([
    { a: 1 },
    { a: 2 },
    { a: 3 },
  ]);
});

describe('choose', () => {
  it('takes the default, the candidate that is named, or the default where there is none of that name', () => {
    const [standard, other] = convForwardTiles(shape, PLAIN_TRAITS);
    if (standard === undefined || other === undefined) throw new Error('no choice');
    const id = idOf(CONV_FORWARD, shape);
    expect(choose(CONV_FORWARD, shape, PLAIN_TRAITS, {})).toEqual(standard);
    expect(choose(CONV_FORWARD, shape, PLAIN_TRAITS, { [id]: CONV_FORWARD.keyOf(other) })).toEqual(
      other,
    );
    expect(choose(CONV_FORWARD, shape, PLAIN_TRAITS, { [id]: 'winograd/x' })).toEqual(standard);
  });

  it('takes tiles in workgroup memory on a GPU where four images are a vector, else the direct kernel', () => {
    const algorithm = (batch: number) =>
      convForwardTiles({ ...shape, batch }, PLAIN_TRAITS)[0]?.algorithm;
    expect([algorithm(32), algorithm(30)]).toEqual(['tiled', 'direct']);
    const software = traitsOfKind('swiftshader');
    expect(convForwardTiles(shape, software).every((tile) => tile.algorithm === 'direct')).toBe(
      true,
    );
  });

  it('names every candidate of a shape differently', () => {
    const keys = convForwardTiles(shape, PLAIN_TRAITS).map(CONV_FORWARD.keyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it('a version changes with any of the sources', () => {
  expect(versionOf('a', 'b')).toMatch(/^[0-9a-f]{8}$/);
  expect(new Set([versionOf('a', 'b'), versionOf('ab'), versionOf('a', 'c')]).size).toBe(3);
});
