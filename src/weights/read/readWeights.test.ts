import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { EXPECTED, fixture, GOOD_FIXTURES } from '../testing/fixtures.ts';
import { npyHeader, npyOf } from '../testing/npyBytes.ts';
import { dict, pickled, pth, tensor, text } from '../testing/pickleBytes.ts';
import { tarOf } from '../../containers/testing/tarBytes.ts';
import { zipOf } from '../../containers/testing/zipBytes.ts';
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

  it.each<[string, Uint8Array, string]>([
    [
      'a Git LFS pointer',
      ascii('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1120025\n'),
      'a Git LFS pointer of a file of 1,120,025 bytes, not the file itself',
    ],
    [
      'a web page',
      ascii('\n<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title>'),
      'a web page (“Google Drive - Virus scan warning”) that was saved in place of the file',
    ],
    [
      'a server’s error',
      ascii('<?xml version="1.0"?><Error><Message>Access Denied</Message></Error>'),
      'a server’s answer (“Access Denied”), saved in place of the file',
    ],
    ['xz', Uint8Array.from([0xfd, ...ascii('7zXZ\0 and more')]), 'an xz archive. Unpack it first'],
  ])('names %s', (_, bytes, what) => {
    expect(() => readWeights(bytes)).toThrow(`this is ${what}`);
    // Also within an archive.
    expect(() => readWeights(zipOf({ 'model.pth': bytes }))).toThrow(
      `"model.pth" in it: this is ${what}`,
    );
  });

  const state = fixture('state_dict.pth');
  it.each<[string, Uint8Array, readonly string[]]>([
    [
      'zip',
      zipOf({ 'model.pth': state, '__MACOSX/._model.pth': 'x', 'README.md': 'y' }, 9),
      ['model.pth'],
    ],
    [
      'a zip of two',
      zipOf({ 'a/last.pth': state, 'best.npz': fixture('savez.npz') }),
      ['a/last.pth', 'best.npz'],
    ],
    ['a zip of one file of any name', zipOf({ checkpoint: state }), ['checkpoint']],
    ['gzip', gzipSync(state), ['']],
    ['tar', tarOf({ 'x/model.pth': state }), ['x/model.pth']],
    [
      'tar.gz',
      gzipSync(tarOf({ 'x/checkpoint.pth': fixture('checkpoint.pth') })),
      ['x/checkpoint.pth: state_dict'],
    ],
  ])('finds weights within %s', (_, bytes, paths) => {
    const { groups } = readWeights(bytes);
    expect(groups.map(({ path }) => path)).toEqual(paths);
    expect(groups[0].tensors.get('fc.bias') ?? groups[0].tensors.get('module.linear.bias')).toEqual(
      {
        ...{ dtype: 'F32', shape: [10] },
        data: Float32Array.from(EXPECTED['fc.bias']?.data ?? []),
      },
    );
  });

  it('does not look further than two archives deep', () => {
    const deep = zipOf({
      'c.zip': zipOf({ 'b.zip': zipOf({ 'a.zip': zipOf({ 'w.pth': state }) }) }),
    });
    expect(() => readWeights(deep)).toThrow('an archive without tensors');
  });

  it('reads safetensors of any type, and metadata that are no strings', () => {
    const types = {
      F8_E4M3: [
        [0x38, 0xb9, 0x7e, 0x01],
        [1, -1.125, 448, 2 ** -9],
      ],
      F8_E5M2: [
        [0x3c, 0xc0, 0x7b, 0x01],
        [1, -2, 57344, 2 ** -16],
      ],
      BOOL: [
        [0, 1, 1, 0],
        [0, 1, 1, 0],
      ],
      U8: [
        [0, 1, 255, 7],
        [0, 1, 255, 7],
      ],
      I8: [
        [0, 1, 255, 128],
        [0, 1, -1, -128],
      ],
      U16: [
        [1, 0, 0, 1],
        [1, 256],
      ],
      I16: [
        [255, 255, 1, 0],
        [-1, 1],
      ],
      U32: [[1, 2, 0, 0], [513]],
      U64: [[1, 0, 0, 0, 0, 0, 0, 0], [1]],
      I64: [[255, 255, 255, 255, 255, 255, 255, 255], [-1]],
    } as const;
    let end = 0;
    const entries = Object.entries(types).map(([dtype, [bytes, values]]) => {
      const begin = end;
      end += bytes.length;
      return [dtype, { dtype, shape: [values.length], data_offsets: [begin, end] }] as const;
    });
    const metadata = { epoch: 3, none: null, format: 'pt', list: [1] };
    const header = ascii(
      JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
    );
    const length = new Uint8Array(BigUint64Array.of(BigInt(header.length)).buffer);
    const data = Object.values(types).flatMap(([bytes]) => bytes);
    const file = readWeights(Uint8Array.from([...length, ...header, ...data]));
    expect(file.metadata).toEqual(
      new Map([
        ['epoch', '3'],
        ['format', 'pt'],
        ['list', '[1]'],
      ]),
    );
    for (const [dtype, [, values]] of Object.entries(types)) {
      expect(file.groups[0].tensors.get(dtype)?.data, dtype).toEqual(Float32Array.from(values));
    }
  });

  it('reads single arrays: numbers, and a dict in a pickle', () => {
    const numbers = npyOf(npyHeader("'<f4'", '(2,)'), new Uint8Array(Float32Array.of(1, 2).buffer));
    expect(readWeights(numbers).groups[0].tensors.get('array')?.data).toEqual(
      Float32Array.of(1, 2),
    );
    const text = npyOf(npyHeader("'<U3'", '(1,)'), new Uint8Array(12));
    expect(() => readWeights(text)).toThrow('type "<U3" can’t be read');
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
