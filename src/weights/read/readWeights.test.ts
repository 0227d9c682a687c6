import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fixture, GOOD_FIXTURES } from '../testing/fixtures.ts';
import { npyHeader, npyOf } from '../testing/npyBytes.ts';
import { dict, pickled, pth, tensor, text } from '../testing/pickleBytes.ts';
import { zipOf } from '../testing/zipBytes.ts';
import { WeightsError } from '../weightsError.ts';
import { writeSafetensors } from '../writeSafetensors.ts';
import { readWeights } from './readWeights.ts';

const ascii = (text: string) => new TextEncoder().encode(text);

/** Reads a file that may be broken: it is refused by WeightsError, or what it gives is whole. */
function readBroken(bytes: Uint8Array): 'read' | 'refused' {
  try {
    for (const { tensors } of readWeights(bytes).groups) {
      for (const { shape, data } of tensors.values()) {
        expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
      }
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    expect(error.message).not.toBe('');
    return 'refused';
  }
}

const F32 = new Map([['w', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);
const BF16_HEADER = '{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}';

describe('readWeights', () => {
  it('tells formats by their content', () => {
    const formats = ['state_dict.pth', 'before_1_6.th', 'savez.npz'].map(
      (name) => readWeights(fixture(name)).format,
    );
    expect(formats).toEqual(['PyTorch', 'PyTorch before 1.6', 'NumPy']);
    expect(readWeights(writeSafetensors(F32)).format).toBe('safetensors');
  });

  it('converts the 16-bit numbers of safetensors', () => {
    const header = ascii(BF16_HEADER);
    const file = new Uint8Array([
      header.length,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...header,
      0x80,
      0x3f,
      0x49,
      0xc0,
    ]);
    const { dtype, data } = readWeights(file).groups[0].tensors.get('w') ?? {};
    expect([dtype, data]).toEqual(['BF16', Float32Array.of(1, -3.140625)]);
  });

  it.each([
    ['an empty file', new Uint8Array(), /0 bytes holds no weights/],
    ['three bytes', Uint8Array.of(1, 2, 3), /3 bytes holds no weights/],
    ['a text', ascii('These are my weights'), /an unknown format; safetensors, PyTorch/],
    ['JSON', ascii('{"weights": [1, 2, 3]}'), /this is JSON/],
    ['HDF5', Uint8Array.from([0x89, ...ascii('HDF\r\n\u001a\n'), 0, 0]), /HDF5 file/],
    ['an image', Uint8Array.from([0x89, ...ascii('PNG\r\n\u001a\n'), 0, 0]), /an image/],
    ['gzip, damaged', gzipSync(ascii('weights')).slice(0, 20), /gzip file: it is/],
    [
      'ONNX',
      Uint8Array.from([8, 7, 0x12, 7, ...ascii('pytorch'), 0x1a, 3, ...ascii('1.0'), 0x20, 0]),
      /ONNX file: it is damaged or cut off|ONNX file: there are no weights/,
    ],
    [
      'a pickle of something else',
      Uint8Array.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x4e]),
      /pickle: it is cut off/,
    ],
    ['a zip file of photographs', zipOf({ 'a.jpg': 'x' }), /an archive without tensors/],
    ['an empty zip file', zipOf({}), /an archive without tensors/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readWeights(bytes)).toThrow(WeightsError);
    expect(() => readWeights(bytes)).toThrow(message);
  });

  it.each(GOOD_FIXTURES)('%s cut off anywhere is refused', (name) => {
    const whole = fixture(name);
    for (let length = 0; length < whole.length; length += length < 1000 ? 13 : 149) {
      expect(readBroken(whole.slice(0, length)), `${length} bytes`).toBe('refused');
    }
    expect(readBroken(whole.slice(0, -1))).toBe('refused');
  });

  it.each(GOOD_FIXTURES)('%s with flipped bits is refused or whole', (name) => {
    const whole = fixture(name);
    const flips = fc.array(
      fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = whole.slice();
        for (const [at, bits] of changes) bytes[at] = (bytes[at] ?? 0) ^ bits;
        readBroken(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('pickles with flipped bits and a right checksum are refused or whole', () => {
    const whole = pickled(dict([text('w'), tensor()], [text('v'), tensor({ strides: [1, 2] })]));
    const flips = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
      maxLength: 5,
    });
    const seen = new Set<string>();
    fc.assert(
      fc.property(flips, fc.nat({ max: whole.length }), (changes, length) => {
        const bytes = whole.slice(0, length < 20 ? length : whole.length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        seen.add(readBroken(pth(bytes)));
      }),
      { numRuns: 3000 },
    );
    expect([...seen].sort()).toEqual(['read', 'refused']);
  });

  it('array headers with flipped bytes are refused or whole', () => {
    const whole = npyOf(npyHeader("'<f4'", '(2, 3)'), new Uint8Array(24));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 127 })), {
          maxLength: 4,
        }),
        (changes) => {
          const bytes = whole.slice();
          for (const [at, value] of changes) bytes[at] = value;
          readBroken(zipOf({ 'w.npy': bytes }));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('noise, alone and behind the first bytes of every format, is refused', () => {
    const starts = [
      [],
      [0x50, 0x4b, 3, 4],
      [0x80, 2, 0x8a, 10],
      [...fixture('before_1_6.th').slice(0, 20)],
      [9, 0, 0, 0, 0, 0, 0, 0, 0x7b],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, noise) => {
        expect(readBroken(Uint8Array.from([...start, ...noise]))).toBe('refused');
      }),
      { numRuns: 1000 },
    );
  });
});
