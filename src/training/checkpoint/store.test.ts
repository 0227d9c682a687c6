import { describe, expect, it } from 'vitest';
import { StorageError } from '../../storage/failure.ts';
import { folderOf } from '../../storage/folder.ts';
import { CheckpointError } from './checkpoint.ts';
import { readCheckpoint } from './read.ts';
import { CheckpointStore } from './store.ts';
import { checkpointAt } from './testing/checkpoints.ts';
import { FakeDirectory, Killed } from './testing/fakeDirectory.ts';
import { writeCheckpoint } from './write.ts';

const fileAt = (step: number) => writeCheckpoint(checkpointAt(step));

function opened() {
  const directory = new FakeDirectory();
  const store = new CheckpointStore(folderOf(directory.handle), readCheckpoint);
  const names = () => [...directory.files.keys()].sort();
  const newestStep = async () => (await store.newest())?.checkpoint.runs[0]?.step;
  return { directory, store, names, newestStep };
}

describe('CheckpointStore', () => {
  it('keeps two generations of a training, and one of the training before', async () => {
    const { store, names, newestStep } = opened();
    expect(await store.newest()).toBeNull();
    for (const step of [1, 2, 3]) await store.write(7, await fileAt(step));
    expect(names()).toEqual(['000002-7.safetensors', '000003-7.safetensors']);
    for (const step of [10, 11, 12]) await store.write(9, await fileAt(step));
    expect(names()).toEqual([
      '000003-7.safetensors',
      '000005-9.safetensors',
      '000006-9.safetensors',
    ]);
    expect(await newestStep()).toBe(12);
    await store.discard(9);
    expect(await newestStep()).toBe(3);
  });

  it.each([0, 1, 100, 1000])(
    'falls back to the generation before when the page is killed %i bytes into a write',
    async (bytes) => {
      const { directory, store, names, newestStep } = opened();
      await store.write(7, await fileAt(1));
      await store.write(7, await fileAt(2));
      // A page that is killed does not clean up either.
      const torn = (await fileAt(3)).slice(0, bytes);
      directory.files.set('000003-7.safetensors', torn);
      const found = await store.newest();
      expect(found?.checkpoint.runs[0]?.step).toBe(2);
      expect(found?.damaged).toHaveLength(1);
      expect(names()).toEqual(['000001-7.safetensors', '000002-7.safetensors']);
      await store.write(7, await fileAt(4));
      expect(await newestStep()).toBe(4);
    },
  );

  it('passes over a file of which one bit has changed', async () => {
    const { directory, store } = opened();
    await store.write(7, await fileAt(1));
    await store.write(7, await fileAt(2));
    const file = directory.files.get('000002-7.safetensors') ?? new Uint8Array(0);
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    const found = await store.newest();
    expect(found?.checkpoint.runs[0]?.step).toBe(1);
    expect(found?.damaged).toEqual(['its checksum does not fit: it was damaged or changed.']);
  });

  it('a write that fails leaves what was there', async () => {
    const { directory, store, names, newestStep } = opened();
    await store.write(7, await fileAt(1));
    directory.killedAfter = 50;
    await expect(store.write(7, await fileAt(2))).rejects.toThrow(Killed);
    directory.killedAfter = null;
    expect(names()).toEqual(['000001-7.safetensors']);
    expect(await newestStep()).toBe(1);
  });

  it('makes room by dropping the older generation, and gives up where that is not enough', async () => {
    const { directory, store, names, newestStep } = opened();
    for (const step of [1, 2]) await store.write(7, await fileAt(step));
    const { length } = await fileAt(3);
    directory.quota = 2 * length + 10;
    await store.write(7, await fileAt(3));
    expect(names()).toEqual(['000002-7.safetensors', '000003-7.safetensors']);

    directory.quota = length + 10;
    await expect(store.write(8, await fileAt(4))).rejects.toThrow(StorageError);
    expect(names()).toEqual(['000002-7.safetensors', '000003-7.safetensors']);
    expect(await newestStep()).toBe(3);
  });

  it('leaves files alone that are whole but not for this program, and those of others', async () => {
    const { directory, store, names } = opened();
    await store.write(7, await fileAt(1));
    directory.files.set('notes.txt', new Uint8Array(3));
    const later = new CheckpointStore(folderOf(directory.handle), async () => {
      throw new CheckpointError('unfit', 'it is of version 2');
    });
    expect(await later.newest()).toBeNull();
    expect(names()).toEqual(['000001-7.safetensors', 'notes.txt']);
  });
});
