import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from './readSafetensors.ts';
import { WeightsError } from './weightsError.ts';
import { type WritableTensor, writeSafetensors } from './writeSafetensors.ts';

/** A file with this header text and `dataBytes` zero bytes. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const one = (fields: Record<string, unknown>): string =>
  JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });

const tensor: fc.Arbitrary<WritableTensor> = fc
  .array(fc.nat({ max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const length = shape.reduce((product, n) => product * n, 1);
    const sized = { minLength: length, maxLength: length };
    return fc
      .oneof(fc.float32Array(sized), fc.float64Array(sized), fc.int32Array(sized))
      .map((data): WritableTensor => ({ shape, data }));
  });

const file = fc.tuple(
  fc
    .array(fc.tuple(fc.string(), tensor), { maxLength: 6 })
    .map((entries) => new Map(entries.filter(([name]) => name !== '__metadata__'))),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
);

describe('safetensors', () => {
  it('gives back what was written, bit by bit', () => {
    fc.assert(
      fc.property(file, ([tensors, metadata]) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata));
        expect(Object.fromEntries(read.metadata)).toEqual({ ...metadata });
        expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [name, { shape, data }] of tensors) {
          const got = read.tensors.get(name);
          expect(got?.shape).toEqual(shape);
          expect(got?.data).toStrictEqual(data);
        }
      }),
    );
  });

  it('finds a key given twice behind strings of any length and with any escapes', () => {
    const long = `${'x'.repeat(12_000_000)}\\"{`;
    const once = JSON.stringify({ __metadata__: { a: long, '\\': '"' } });
    expect(readSafetensors(fileOf(once), 64_000_000).metadata.get('a')).toHaveLength(long.length);
    const twice = once.replace(',"\\\\"', ',"a":"","\\\\"');
    expect(() => readSafetensors(fileOf(twice), 64_000_000)).toThrow('holds "a" twice');
  });

  it('never fails on a damaged file with anything but WeightsError', () => {
    const damage = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      value: fc.nat({ max: 255 }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(file, fc.array(damage, { minLength: 1, maxLength: 4 }), ([tensors], damages) => {
        let bytes = writeSafetensors(tensors);
        for (const { at, value, cut } of damages) {
          // Most of the structure is in the header.
          bytes[Math.floor(at * Math.min(bytes.length, 400))] = value;
          if (cut !== null) bytes = bytes.slice(0, Math.max(1, Math.floor(cut * bytes.length)));
        }
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WeightsError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never fails on noise with anything but WeightsError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.json(), (noise, json) => {
        for (const bytes of [noise, fileOf(json), fileOf(`{"w":${json}}`, 8)]) {
          try {
            readSafetensors(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(WeightsError);
          }
        }
      }),
    );
  });

  it('reads I64 and a header padded with spaces', () => {
    const bytes = fileOf(`${one({ dtype: 'I64', shape: [] })}   `, 8);
    bytes[bytes.length - 8] = 7;
    expect(readSafetensors(bytes).tensors.get('w')).toEqual({
      dtype: 'I64',
      shape: [],
      data: BigInt64Array.of(7n),
    });
  });

  it("copies out of a view into a larger buffer, Node's Buffer included", () => {
    const written = writeSafetensors(new Map([['w', { shape: [1], data: Float32Array.of(0.5) }]]));
    const pooled = Buffer.concat([Buffer.alloc(3), written]).subarray(3);
    const read = readSafetensors(pooled);
    pooled.fill(0);
    expect(read.tensors.get('w')?.data).toEqual(Float32Array.of(0.5));
  });

  const overlap = {
    a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    b: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
  };
  const hole = {
    a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
  };
  const doubled = '"dtype":"F32","shape":[1],"data_offsets":[0,4]';
  it.each([
    ['an empty file', new Uint8Array(0), /0 bytes/],
    ['a header as long as the world', new Uint8Array(8).fill(255), /too large a header/],
    ['a header over the limit', fileOf(`{${' '.repeat(1_000_000)}}`), /1000002 bytes/],
    ['a header cut off', fileOf(one({}), 8).slice(0, 20), /cut off/],
    ['another format', fileOf('PK\u0003\u0004 and more'), /does not start with "\{"/],
    ['bad JSON', fileOf('{"w":'), /no JSON/],
    ['a byte that is no UTF-8', fileOf('{"w":1}').fill(0xff, 10, 11), /no JSON/],
    ['nesting without end', fileOf(`{"a":${'['.repeat(900_000)}`), /no JSON/],
    ['a tensor given twice', fileOf(`{"a":{${doubled}},"a":{${doubled}}}`, 4), /"a" twice/],
    ['the same name, escaped', fileOf(`{"a":{${doubled}},"\\u0061":{${doubled}}}`, 4), /"a" twice/],
    ['a field given twice', fileOf(`{"a":{${doubled},"shape":[2]}}`, 4), /"shape" twice/],
    ['an entry that is no object', fileOf('{"w":[]}'), /"w": its header entry/],
    ['a dtype not read', fileOf(one({ dtype: 'F4' }), 8), /"F4" can't be read/],
    ['a negative size', fileOf(one({ shape: [-2] }), 8), /no list of sizes/],
    ['a size that is no integer', fileOf(one({ shape: [1.5] }), 8), /no list of sizes/],
    ['a size past exact integers', fileOf(one({ shape: [2 ** 60] }), 8), /no list of sizes/],
    ['a product that overflows', fileOf(one({ shape: Array(9).fill(2 ** 20) }), 8), /overflows/],
    ['more elements than bytes', fileOf(one({ shape: [3] }), 8), /which takes 12/],
    ['bytes in reverse', fileOf(one({ data_offsets: [8, 0] }), 8), /bytes 8 to 0/],
    ['three offsets', fileOf(one({ data_offsets: [0, 8, 9] }), 8), /not two/],
    ['overlapping tensors', fileOf(JSON.stringify(overlap), 8), /"b" overlaps/],
    ['a hole between tensors', fileOf(JSON.stringify(hole), 12), /"b" leaves a hole/],
    ['data past the end', fileOf(one({}), 4), /cut off: the tensors take 8 bytes/],
    ['data no tensor claims', fileOf(one({}), 12), /continues after its last tensor/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(WeightsError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('refuses to write numbers that do not fill the shape', () => {
    const tensors = new Map([['w', { shape: [2, 2], data: new Float32Array(3) }]]);
    expect(() => writeSafetensors(tensors)).toThrow('tensor w: 3 numbers for [2, 2]');
  });
});
