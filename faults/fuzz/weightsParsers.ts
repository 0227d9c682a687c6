/** Everything that reads weights, and the containers they come in. */
import { gzipSync } from 'fflate';
import { tarOf } from '../../src/containers/testing/tarBytes.ts';
import { zipOf } from '../../src/containers/testing/zipBytes.ts';
import { FORMATS, formatOf } from '../../src/weights/formats/registry.ts';
import { fixture, GOOD_FIXTURES } from '../../src/weights/testing/fixtures.ts';
import { exportModel } from '../../src/weights/testing/nets.ts';
import { npyHeader, npyOf } from '../../src/weights/testing/npyBytes.ts';
import { dict, pickled, pth, tensor, text } from '../../src/weights/testing/pickleBytes.ts';
import { tarPth } from '../../src/weights/testing/tarPthBytes.ts';
import { writeSafetensors } from '../../src/weights/writeSafetensors.ts';
import { ofBytes, type Parser } from './parser.ts';

const WEIGHTS = ['WeightsError'];
const CONTAINERS = ['ContainerError'];
/** Readers inside others, whose errors the outermost turns into its own. */
const EITHER = [...WEIGHTS, ...CONTAINERS];

const small = () => pickled(dict([text('w'), tensor()], [text('v'), tensor({ strides: [1, 2] })]));
const tinyTensors = () =>
  writeSafetensors(
    new Map([
      ['fc.weight', { shape: [2, 3], data: new Float32Array(6) }],
      ['fc.bias', { shape: [2], data: new Float32Array(2) }],
    ]),
    { config: '{}' },
  );

/** Whole in itself: as many numbers as the shapes say. */
async function readWhole() {
  const { readWeights } = await import('../../src/weights/read/readWeights.ts');
  return (bytes: Uint8Array) => {
    const file = readWeights(bytes);
    for (const { tensors } of file.groups) {
      for (const { shape, data } of tensors.values()) {
        const length = shape.reduce((product, n) => product * n, 1);
        if (data.length !== length) throw new RangeError(`${data.length} numbers of ${length}`);
      }
    }
    return file;
  };
}

export const WEIGHTS_PARSERS: readonly Parser[] = [
  {
    name: 'safetensors',
    weight: 20,
    refusals: WEIGHTS,
    async open() {
      const { readSafetensors } = await import('../../src/weights/readSafetensors.ts');
      return ofBytes([tinyTensors()], (bytes) => readSafetensors(bytes));
    },
  },
  {
    name: 'npy',
    weight: 20,
    refusals: EITHER,
    async open() {
      const { readNpyFile } = await import('../../src/weights/read/readNpz.ts');
      const seeds = [
        npyOf(npyHeader("'>f4'", '(2, 3)'), new Uint8Array(24)),
        npyOf(npyHeader("'<f8'", '(3,)'), new Uint8Array(24)),
        npyOf(npyHeader("'|O'", '()'), small()),
      ];
      return ofBytes(seeds, readNpyFile);
    },
  },
  {
    name: 'npz',
    weight: 6,
    refusals: WEIGHTS,
    open: async () =>
      ofBytes(
        [
          zipOf({ 'w.npy': npyOf(npyHeader("'<f4'", '(2,)'), new Uint8Array(8)) }),
          fixture('savez.npz'),
        ],
        await readWhole(),
      ),
  },
  {
    name: 'pickle',
    weight: 20,
    refusals: EITHER,
    async open() {
      const { readPickle } = await import('../../src/containers/pickle/readPickle.ts');
      const { torchRules } = await import('../../src/weights/read/torchPickle.ts');
      return ofBytes([small()], (bytes) => readPickle(bytes, torchRules));
    },
  },
  {
    name: 'pth',
    weight: 8,
    refusals: WEIGHTS,
    open: async () => ofBytes([pth(small()), fixture('state_dict.pth')], await readWhole()),
  },
  {
    name: 'legacy-pth',
    weight: 8,
    refusals: WEIGHTS,
    open: async () =>
      ofBytes(
        [
          fixture('before_1_6.th'),
          tarPth([{ name: 'w', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]),
        ],
        await readWhole(),
      ),
  },
  {
    name: 'onnx',
    weight: 3,
    refusals: WEIGHTS,
    async open() {
      const { readOnnx } = await import('../../src/weights/read/readOnnx.ts');
      const model = exportModel('pre-activation A, sigmoid, ImageNet stem');
      const { write } = await formatOf('onnx').load();
      return ofBytes([await write(model, { naming: 'torchvision', input: 'pixels' })], readOnnx);
    },
  },
  {
    name: 'any-weights',
    weight: 1,
    refusals: WEIGHTS,
    async open() {
      const { inspect } = await import('../../src/weights/match/inspect.ts');
      const readFile = await readWhole();
      const model = exportModel('pre-activation A, sigmoid, ImageNet stem');
      const options = { naming: 'torchvision', input: 'pixels' } as const;
      const exported = await Promise.all(
        FORMATS.filter(({ id }) => id !== 'tfjs').map(async ({ id }) =>
          (await formatOf(id).load()).write(model, options),
        ),
      );
      const nested = zipOf({
        'a/model.pth': fixture('state_dict.pth'),
        'b.npz': fixture('savez.npz'),
      });
      const seeds = [...exported, ...GOOD_FIXTURES.map(fixture), nested];
      return ofBytes(seeds, (bytes) => inspect(readFile(bytes)));
    },
  },
  {
    name: 'tar',
    weight: 10,
    refusals: CONTAINERS,
    async open() {
      const { tarMembers } = await import('../../src/containers/tar.ts');
      return ofBytes([tarOf({ a: Uint8Array.of(1), 'b/c': new Uint8Array(600) })], tarMembers);
    },
  },
  {
    name: 'zip',
    weight: 15,
    refusals: CONTAINERS,
    async open() {
      const { ZipFile } = await import('../../src/containers/zip/zipFile.ts');
      const { zipLimits } = await import('../../src/weights/read/limits.ts');
      const content = { 'a/b': new Uint8Array(90), c: 'text '.repeat(40) };
      return ofBytes([zipOf(content), zipOf(content, 9)], (bytes) => {
        const zip = new ZipFile(bytes, zipLimits(2 ** 30));
        for (const name of zip.names) zip.read(name);
      });
    },
  },
  {
    name: 'gzip',
    weight: 15,
    refusals: CONTAINERS,
    async open() {
      const { gunzip } = await import('../../src/containers/gzip.ts');
      const seeds = [gzipSync(new Uint8Array(300)), gzipSync(small(), { filename: 'a' })];
      return ofBytes(seeds, (bytes) => gunzip(bytes));
    },
  },
];
