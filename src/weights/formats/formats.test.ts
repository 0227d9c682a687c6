/** The bytes of the weight files, parsed by other code than wrote them. */
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { METADATA_FILE } from '../exportModel.ts';
import { exportName, NAMINGS } from '../names.ts';
import { readSafetensors } from '../readSafetensors.ts';
import { exportModel } from '../testing/nets.ts';
import { WeightsError } from '../weightsError.ts';
import { FORMATS, formatOf } from './registry.ts';

const model = exportModel('ResNet-20 B');
const plainOptions = { naming: 'torchvision', input: 'normalised' } as const;
const METADATA = {
  config: JSON.stringify(model.config),
  naming: 'torchvision',
  mean: '[0.4914,0.4822,0.4465]',
  std: '[0.2023,0.1994,0.201]',
  classNames: JSON.stringify(model.classNames),
  step: '1234',
  testLoss: '0.5',
  testAccuracy: '0.8125',
  testImages: '2000',
};

/** Stored members of a zip with the byte at which their content starts, from the central directory. */
function storedMembers(zip: Uint8Array): Map<string, { start: number; bytes: Uint8Array }> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const members = new Map<string, { start: number; bytes: Uint8Array }>();
  let at = view.getUint32(zip.length - 6, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    expect(view.getUint16(at + 10, true)).toBe(0);
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const size = view.getUint32(at + 24, true);
    const local = view.getUint32(at + 42, true);
    const lengths = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const start = local + 30 + lengths;
    const path = strFromU8(zip.subarray(at + 46, at + 46 + (name ?? 0)));
    members.set(path, { start, bytes: zip.subarray(start, start + size) });
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return members;
}

/** Quick, unlike `toEqual` on long arrays. */
function sameBytes(a: ArrayBufferView | undefined, b: ArrayBufferView | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const bytes = (view: ArrayBufferView) =>
    Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(a).equals(bytes(b));
}

describe.each(FORMATS)('$extension', ({ id }) => {
  it('gives the same bytes for the same weights, and a snippet that names the file', async () => {
    const { write, snippet } = await formatOf(id).load();
    expect(sameBytes(write(model, plainOptions), write(model, plainOptions))).toBe(true);
    const text = snippet({ ...model, fileName: 'my net.x', options: plainOptions });
    expect(text).toContain('my net.x');
  });

  it('refuses names that the net cannot have', async () => {
    const { write } = await formatOf(id).load();
    const options = { ...plainOptions, naming: 'cifar' } as const;
    expect(() => write(exportModel('pre-activation B'), options)).toThrow(WeightsError);
  });
});

describe('.safetensors', () => {
  it.each(NAMINGS)('holds tensors by their %s names, and the metadata', async (naming) => {
    const { write } = await formatOf('safetensors').load();
    const { tensors, metadata } = readSafetensors(write(model, { ...plainOptions, naming }));
    expect(Object.fromEntries(metadata)).toEqual({ ...METADATA, format: 'pt', naming });
    expect(tensors.size).toBe(model.weights.size);
    for (const [name, tensor] of model.weights) {
      const read = tensors.get(exportName(name, naming));
      expect(read).toMatchObject({ dtype: 'F32', shape: tensor.shape });
      expect(sameBytes(read?.data, tensor.data)).toBe(true);
    }
  });
});

describe('.pth', () => {
  it('is a zip of stored members, each aligned to 64 bytes', async () => {
    const { write } = await formatOf('pth').load();
    const members = storedMembers(write(model, plainOptions));
    for (const { start } of members.values()) expect(start % 64).toBe(0);
    const text = (name: string) =>
      strFromU8(members.get(`archive/${name}`)?.bytes ?? new Uint8Array());
    expect(text('version')).toBe('3\n');
    expect(text('byteorder')).toBe('little');
    expect(JSON.parse(text(METADATA_FILE))).toEqual(METADATA);
    const first = model.weights.get('conv1.weight');
    expect(sameBytes(members.get('archive/data/0')?.bytes, first?.data)).toBe(true);
    // conv1.weight, bn1.{weight, bias, running_mean, running_var}, then its num_batches_tracked
    const steps = members.get('archive/data/5')?.bytes.slice().buffer ?? new ArrayBuffer(0);
    expect(new BigInt64Array(steps)).toEqual(BigInt64Array.of(1234n));
  });
});

describe('.npz', () => {
  it('holds arrays in C order, little-endian', async () => {
    const { write } = await formatOf('npz').load();
    const members = unzipSync(write(model, plainOptions));
    expect(Object.keys(members)).toEqual([
      ...[...model.weights.keys()].map((name) => `${name}.npy`),
      METADATA_FILE,
    ]);
    expect(JSON.parse(strFromU8(members[METADATA_FILE] ?? new Uint8Array()))).toEqual(METADATA);
    for (const [name, { shape, data }] of model.weights) {
      const file = members[`${name}.npy`] ?? new Uint8Array();
      expect(strFromU8(file.subarray(1, 6))).toBe('NUMPY');
      const start = 10 + new DataView(file.buffer, file.byteOffset).getUint16(8, true);
      expect(start % 64).toBe(0);
      const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
      const header = strFromU8(file.subarray(10, start));
      expect(header.trimEnd()).toBe(
        `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`,
      );
      expect(header.endsWith('\n')).toBe(true);
      expect(sameBytes(file.subarray(start), data)).toBe(true);
    }
  });
});
