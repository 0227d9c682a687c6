import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { ContainerError } from '../../containers/containerError.ts';
import { patched, directoryOf, withDirectoryField } from '../../containers/testing/zipBytes.ts';
import { fileOfBytes, readWhole, type InputFile } from '../own/inputFile.ts';
import { zipFiles } from './zipFiles.ts';

const MOST = 2 ** 30;

const noise = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251);
const zip = zipSync({ 'a/1': [noise, { level: 0 }], 'a/2': noise, 'b/3': Buffer.from('third') });

/** A file that tells which of its bytes were read. */
function watched(bytes: Uint8Array): { file: InputFile; reads: number[] } {
  const reads: number[] = [];
  const file = fileOfBytes('x.zip', bytes);
  return {
    reads,
    file: {
      ...file,
      read(from, to, signal) {
        reads.push(to - from);
        return file.read(from, to, signal);
      },
    },
  };
}

it('reads the directory, then only what is asked for', async () => {
  const { file, reads } = watched(zip);
  const files = await zipFiles(file, MOST);
  expect(files.map(({ name, byteLength }) => [name, byteLength])).toEqual([
    ['a/1', 300_000],
    ['a/2', 300_000],
    ['b/3', 5],
  ]);
  const opened = reads.length;
  const [first, second, third] = files;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three');
  expect(Buffer.from(await readWhole(third)).toString()).toBe('third');
  expect(reads.slice(opened)).toEqual([30 + 3 + 7]);
  expect(await readWhole(first)).toEqual(noise);
  expect(await second.read(1000, 1003, undefined)).toEqual(noise.subarray(1000, 1003));
});

it('keeps names apart that are in a code page', async () => {
  const plain = zipSync({ 'x/1': noise, 'y/1': noise });
  const [a = 0, b = 0] = directoryOf(plain).entries;
  const local = (entry: number) => new DataView(plain.buffer).getUint32(entry + 42, true) + 30;
  const named = patched(
    plain,
    ...([a, b] as const).flatMap((entry, i) =>
      [entry + 46, local(entry)].map((at) => [at, 0x84 + 16 * i, 1] as const),
    ),
  );
  const files = await zipFiles(fileOfBytes('x.zip', named), MOST);
  expect(files.map(({ name }) => name)).toEqual(['\u0084/1', '\u0094/1']);
  for (const file of files) expect(await readWhole(file)).toEqual(noise);
});

it('names a damaged file when it is read, and refuses two that overlap', async () => {
  const [file] = await zipFiles(fileOfBytes('x.zip', patched(zip, [40, 0, 1])), MOST);
  await expect(readWhole(file ?? fileOfBytes('', zip))).rejects.toThrow(/"a\/1" is damaged/);
  const overlapping = fileOfBytes('x.zip', withDirectoryField(zip, 'offset', 100, 1));
  await expect(zipFiles(overlapping, MOST)).rejects.toThrow(ContainerError);
  await expect(zipFiles(overlapping, MOST)).rejects.toThrow('"a/2" overlaps "a/1"');
});
