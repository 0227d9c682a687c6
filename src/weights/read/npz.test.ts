import { describe, expect, it } from 'vitest';
import { npyHeader, npyOf } from '../testing/npyBytes.ts';
import { zipOf } from '../../containers/testing/zipBytes.ts';
import { WeightsError } from '../weightsError.ts';
import { readWeights } from './readWeights.ts';

const six = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
const npz = (npy: Uint8Array) => zipOf({ 'w.npy': npy });
const F4 = "'<f4'";
const array = (descr: string, shape: string, data = six) =>
  npz(npyOf(npyHeader(descr, shape), data));

const read = (bytes: Uint8Array) => readWeights(bytes).groups[0].tensors.get('w');

/** 1, −0.1, 0 and 1e300 in 80 bits, as x86 keeps them. */
function longDoubles(size: 12 | 16): Uint8Array<ArrayBuffer> {
  const values = [
    [0x3fff, 0x8000000000000000n],
    [0xbffb, 0xcccccccccccccccdn],
    [0, 0n],
    [0x43e3, 0xbf21e44003acdd2dn],
  ] as const;
  const bytes = new Uint8Array(4 * size);
  const view = new DataView(bytes.buffer);
  for (const [i, [top, fraction]] of values.entries()) {
    view.setBigUint64(i * size, fraction, true);
    view.setUint16(i * size + 8, top, true);
  }
  return bytes;
}

describe('NumPy files', () => {
  it('reads C and Fortran order', () => {
    expect(read(array(F4, '(2, 3)'))).toEqual({
      dtype: 'F32',
      shape: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
    const fortran = npz(npyOf(npyHeader(F4, '(2, 3)', 'True'), six));
    expect(read(fortran)?.data).toEqual(Float32Array.of(1, 3, 5, 2, 4, 6));
  });

  it.each([
    [
      "'<f2'",
      Uint16Array.of(0x3c00, 0x0001, 0xfc00, 0x7bff),
      [1, 2 ** -24, Number.NEGATIVE_INFINITY, 65504],
    ],
    [
      "'<f8'",
      Float64Array.of(0.1, -2, 1e300, 5e-324),
      [Math.fround(0.1), -2, Number.POSITIVE_INFINITY, 0],
    ],
    ["'<i8'", BigInt64Array.of(1n, -1n, 7n, 2n ** 40n), [1, -1, 7, 2 ** 40]],
    ["'<i2'", Int16Array.of(1, -1, 7, 8), [1, -1, 7, 8]],
    ["'|u1'", Uint8Array.of(1, 255, 7, 8), [1, 255, 7, 8]],
    ["'|b1'", Uint8Array.of(1, 0, 1, 0), [1, 0, 1, 0]],
    ["'<u8'", BigUint64Array.of(1n, 2n, 3n, 2n ** 63n), [1, 2, 3, 2 ** 63]],
    [
      "'>f4'",
      Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0x49, 0, 0, 0, 0, 0, 0, 0x7f, 0x80, 0, 0),
      [1, -3.140625, 0, Number.POSITIVE_INFINITY],
    ],
    ["'>i2'", Uint8Array.of(0, 1, 255, 255, 1, 0, 0, 7), [1, -1, 256, 7]],
    [
      "'<V2'",
      Uint16Array.of(0x3f80, 0xc049, 0, 0x7f80),
      [1, -3.140625, 0, Number.POSITIVE_INFINITY],
    ],
    ["'<f16'", longDoubles(16), [1, -0.1, 0, 1e300]],
    ["'>f16'", longDoubles(16).reverse(), [1e300, 0, -0.1, 1]],
    ["'<f12'", longDoubles(12), [1, -0.1, 0, 1e300]],
  ])('reads %s', (descr, values, expected) => {
    const data = new Uint8Array(values.buffer);
    expect(read(array(descr, '(4,)', data))?.data).toEqual(Float32Array.from(expected));
  });

  it('reads a number without dimensions, versions 2 and 3, and metadata', () => {
    const one = six.subarray(0, 4);
    expect(read(array(F4, '()', one))).toEqual({
      dtype: 'F32',
      shape: [],
      data: Float32Array.of(1),
    });
    for (const version of [2, 3]) {
      expect(read(npz(npyOf(npyHeader(F4, '(6,)'), six, version)))?.shape).toEqual([6]);
    }
    const file = zipOf({
      'w.npy': npyOf(npyHeader(F4, '(6,)'), six),
      'metadata.json': '{"a":"b"}',
      more: '',
    });
    expect(readWeights(file)).toMatchObject({
      metadata: new Map([['a', 'b']]),
      groups: [{ remarks: ['Not read: more.'] }],
    });
  });

  it.each([
    [
      'an entry that is no array',
      npz(new TextEncoder().encode('weights')),
      /"w": this is not a NumPy array/,
    ],
    ['an empty entry', npz(new Uint8Array()), /this is not a NumPy array/],
    ['version 9', npz(npyOf(npyHeader(F4, '(6,)'), six, 9)), /version 9/],
    ['a header without length', npz(npyOf('').slice(0, 9)), /header is cut off/],
    ['a header cut off', npz(npyOf(npyHeader(F4, '(6,)')).slice(0, 40)), /header is cut off/],
    ['a header over the limit', npz(npyOf(' '.repeat(70_000), six, 2)), /header of 70000 bytes/],
    ['a header that is no dict', npz(npyOf('[1, 2]', six)), /header is not NumPy’s: \[1, 2\]/],
    ['an empty dict', npz(npyOf('{}', six)), /not NumPy’s/],
    [
      'a header with code',
      npz(npyOf("{'descr': __import__('os'), 'fortran_order': False, 'shape': (6,)}", six)),
      /not NumPy’s/,
    ],
    [
      'a fourth field',
      npz(npyOf("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 1}", six)),
      /not NumPy’s/,
    ],
    ['a missing field', npz(npyOf("{'descr': '<f4', 'shape': (6,)}", six)), /not NumPy’s/],
    [
      'a field twice',
      npz(npyOf("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,)}", six)),
      /holds descr twice/,
    ],
    ['an order that is none', npz(npyOf(npyHeader(F4, '(6,)', "'True'"), six)), /not NumPy’s/],
    ['a shape that is a text', npz(npyOf(npyHeader(F4, "'(6,)'"), six)), /not NumPy’s/],
    ['objects that are no pickle', array("'|O'", '(6,)'), /pickle: instruction 0x00/],
    ['texts', array("'<U6'", '(1,)'), /only w \(type "<U6" can’t be read\)/],
    ['complex numbers', array("'<c8'", '(3,)'), /"<c8" can’t be read/],
    ['records', array("[('a', '<f4'), ('b', '<f4')]", '(3,)'), /can’t be read/],
    [
      'a type of JavaScript’s objects',
      array("'constructor'", '(6,)'),
      /"constructor" can’t be read/,
    ],
    ['a negative size', array(F4, '(-6,)'), /not NumPy’s/],
    ['a size that is no integer', array(F4, '(6.0,)'), /not NumPy’s/],
    ['a size past exact integers', array(F4, '(99999999999999999999,)'), /shape .* can’t be read/],
    [
      'a product that overflows',
      array(
        F4,
        `(${Array(9)
          .fill(2 ** 20)
          .join(', ')})`,
      ),
      /takes Infinity bytes/,
    ],
    ['33 dimensions', array(F4, `(${Array(33).fill(1).join(', ')})`), /shape .* can’t be read/],
    ['numbers cut off', array(F4, '(7,)'), /\[7\] of F32 takes 28 bytes, there are 24/],
    ['more numbers than the shape', array(F4, '(5,)'), /takes 20 bytes, there are 24/],
    ['a type of another width', array("'<f8'", '(6,)'), /takes 48 bytes, there are 24/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readWeights(bytes)).toThrow(WeightsError);
    expect(() => readWeights(bytes)).toThrow(message);
  });
});
