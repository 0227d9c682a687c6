import { describe, expect, it } from 'vitest';
import { halfBits, halfFormats, halfOf, storedTensor, toHalf } from '../../testing/half.ts';
import { unwritten } from '../../testing/numeric.ts';
import { randomArray, runKernels, testDevice } from '../../testing/runKernel.ts';
import { bytesOf, SINGLE, storagePrelude, type TensorFormat } from './storage.ts';

/** Stores every value and loads it again. */
async function throughMemory(values: Float32Array, format: TensorFormat): Promise<Float32Array> {
  const { directives, declarations } = storagePrelude({ Stored: format });
  const code = `${directives}${declarations}
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> stored: array<Stored>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&values)) {
    stored[id.x] = toStored(values[id.x]);
  }
}`;
  const stored = storedTensor(unwritten(values.length), format);
  const workgroups = [Math.ceil(values.length / 64), 1, 1] as const;
  await runKernels({ kernel: 'store', code, bindings: [values, stored.data], workgroups });
  return stored.read();
}

describe('float16', () => {
  it('is read and written bit by bit', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfOf(bits);
      if (Number.isNaN(value)) continue;
      expect(halfBits(value)).toBe(bits);
      expect(toHalf(value)).toBe(value);
    }
  });

  it('rounds to the nearest, ties to even', () => {
    expect(toHalf(1 + 2 ** -11)).toBe(1);
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9);
    expect(toHalf(65_519)).toBe(65_504);
    expect(toHalf(-65_520)).toBe(Number.NEGATIVE_INFINITY);
    expect(toHalf(2 ** -25)).toBe(0);
    expect(toHalf(1.01 * 2 ** -25)).toBe(2 ** -24);
    expect(toHalf(1e-5)).toBe(Math.round(1e-5 * 2 ** 24) / 2 ** 24);
  });
});

/** All magnitudes there are, ties and limits included. */
function awkwardValues(): Float32Array {
  const ties = Array.from({ length: 0x7c00 }, (_, bits) => (halfOf(bits) + halfOf(bits + 1)) / 2);
  const spread = Array.from(randomArray(4001, 5), (x, i) => x * 2 ** ((i % 50) - 32));
  const limits = [0, 65_504, 65_519.99, 65_520, 1e9, Number.POSITIVE_INFINITY, 2 ** -25, 2 ** -126];
  const positive = [...ties.filter((_, i) => i % 13 === 0), ...spread, ...limits];
  return Float32Array.from(positive.flatMap((x) => [x, -x]));
}

describe('storage', () => {
  it('leaves single precision as it is', async () => {
    const values = awkwardValues();
    expect(await throughMemory(values, SINGLE)).toEqual(values);
  });

  it('rounds what is stored in half precision as float16 does, on adapters with and without it', async () => {
    const values = awkwardValues();
    const expected = values.map(toHalf);
    for (const format of halfFormats(await testDevice())) {
      expect(await throughMemory(values, format), format.storage).toEqual(expected);
    }
  });

  it('lets NaN through, so that a run that diverged shows', async () => {
    for (const format of [SINGLE, ...halfFormats(await testDevice())]) {
      expect(await throughMemory(Float32Array.of(Number.NaN), format)).toEqual(
        Float32Array.of(Number.NaN),
      );
    }
  });

  it('takes half the bytes, up to a multiple of 4', () => {
    const half = { storage: 'half', gradientScale: 1 } as const;
    expect([7, 8].map((n) => bytesOf(half, n))).toEqual([16, 16]);
    expect(bytesOf({ ...half, storage: 'rounded' }, 7)).toBe(28);
    expect(bytesOf(SINGLE, 7)).toBe(28);
  });
});
