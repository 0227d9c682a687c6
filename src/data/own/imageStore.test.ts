import { beforeEach, expect, it } from 'vitest';
import { folderOf } from '../../storage/folder.ts';
import { FakeDirectory } from '../../training/checkpoint/testing/fakeDirectory.ts';
import { IMAGE_BYTES, type ImageSet } from '../types.ts';
import { ImageStore } from './imageStore.ts';

let directory: FakeDirectory;
let store: ImageStore;

beforeEach(() => {
  directory = new FakeDirectory();
  store = new ImageStore(async () => folderOf(directory.handle, 'ownImages'));
});

const split = (count: number, seed: number) => ({
  labels: Uint16Array.from({ length: count }, (_, i) => i % 2),
  pixels: Uint8Array.from({ length: count * IMAGE_BYTES }, (_, i) => (i * 7 + seed) % 256),
});
const set = (title: string, seed: number): ImageSet => ({
  ...{ title, dataset: null, classNames: ['cats', 'dogs'], remarks: [] },
  ...{ train: split(4, seed), test: split(2, seed + 1) },
});

function damage(name: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) {
  const bytes = directory.files.get(name);
  if (bytes === undefined) throw new Error('no such file');
  directory.files.set(name, change(bytes));
}

it('reads back what it kept', async () => {
  const { sha256 } = await store.keep(set('Pets', 1));
  expect(await store.read(sha256)).toEqual(set('Pets', 1));
  expect((await store.list()).kept).toMatchObject([{ sha256, title: 'Pets', train: 4, test: 2 }]);
});

it('says which set is damaged, at one changed byte, instead of training on it', async () => {
  const { sha256 } = await store.keep(set('Pets', 1));
  const other = await store.keep(set('Other', 2));
  damage(`${sha256}.images`, (bytes) => bytes.with(bytes.length - 1, 99) as typeof bytes);
  await expect(store.read(sha256)).rejects.toThrow(
    'The image set “Pets” kept in this browser is damaged: its images have changed. Delete it under Images and give its files again.',
  );
  damage(`${sha256}.images`, (bytes) => bytes.slice(0, 100));
  await expect(store.read(sha256)).rejects.toThrow(/the image set is cut short/);
  expect(await store.read(other.sha256)).toEqual(set('Other', 2));
});

it('lists the others where one can’t be read, and what is known of its images where its description is damaged', async () => {
  const pets = await store.keep(set('Pets', 1));
  const other = await store.keep(set('Other', 2));
  const text = (given: string) => () => new TextEncoder().encode(given);
  damage(`${pets.sha256}.json`, text('{'));
  expect(await store.list()).toEqual({ kept: [other, pets], damaged: [] });
  // Of a newer version of the page: it stays as it is.
  const newer = JSON.stringify({ ...pets, licence: 'CC0' });
  damage(`${pets.sha256}.json`, text(newer));
  expect(await store.list()).toEqual({ kept: [other, pets], damaged: [] });
  expect(new TextDecoder().decode(directory.files.get(`${pets.sha256}.json`))).toBe(newer);
  damage(`${pets.sha256}.images`, (bytes) => bytes.slice(0, 100));
  expect(await store.list()).toEqual({ kept: [other], damaged: [pets.sha256] });
  await store.remove(pets.sha256);
  expect(await store.list()).toEqual({ kept: [other], damaged: [] });
});

it('says in plain words where there is no room', async () => {
  directory.quota = 1000;
  await expect(store.keep(set('Pets', 1))).rejects.toThrow(
    'The images can’t be kept in this browser: there is no room for 1 MB; delete kept images or runs.',
  );
  expect(directory.files.size).toBe(0);
});
