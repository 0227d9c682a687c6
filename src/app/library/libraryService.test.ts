import { beforeEach, describe, expect, it } from 'vitest';
import { checkpointAt } from '../../training/checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from '../../training/checkpoint/write.ts';
import { DEFAULT_EXPORT } from '../../weights/formats/registry.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { type LibraryApi, libraryFailure, libraryService } from './libraryService.ts';
import { toRecord } from './storedRun.ts';
import { MemoryLibrary, storedRun } from './testing/memoryLibrary.ts';

let store: MemoryLibrary;
let library: LibraryApi;
let changes: number;
let nowMs: number;

const A = { kind: 'stored', id: 'a' } as const;

beforeEach(() => {
  store = new MemoryLibrary();
  changes = 0;
  nowMs = 5_000_000;
  library = libraryService(
    store,
    () => changes++,
    () => nowMs,
  );
});

/** Why a call fails, as the page is told. */
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(() => 'none', libraryFailure);

async function keep(id: string, step: number, name: string | null = null) {
  const { buffer: file } = await writeCheckpoint(checkpointAt(step));
  const run = await library.save({ kind: 'file', about: { id, name, engine: 'webgpu' }, file });
  if ('failure' in run) throw new Error(run.failure);
  return run;
}

describe('the library', () => {
  it('keeps a run with its numbers, and lists the newest first', async () => {
    const run = await keep('a', 4);
    expect(run).toMatchObject({
      ...{ id: 'a', name: null, network: 'Tiny', colourIndex: 1, status: 'live', step: 4 },
      ...{ elapsedMs: 41, keptAtMs: 1004, bestAccuracy: 0.125, lastAccuracy: 0.125 },
      engine: 'webgpu',
      markers: [{ step: 0, label: 'learning rate 0.1' }],
    });
    // 4 steps of 128 images in 41 ms.
    expect(run.imagesPerSecond).toBeCloseTo((1000 * 128 * 4) / 41, 6);
    await keep('b', 7);
    expect(changes).toBe(2);
    const { runs } = await library.list();
    expect(runs.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(runs[1]).toEqual(run);
  });

  it('gives the curves back as they were', async () => {
    await keep('a', 5);
    const { history } = await library.history(A);
    expect(history).toEqual(checkpointAt(5).runs[0]?.history);
  });

  it('replaces a run that is kept again, and leaves it its name and its place on the charts', async () => {
    await keep('a', 2);
    await library.update({ ids: ['a'], patch: { name: 'Mine', isPinned: true } });
    const run = await keep('a', 6);
    expect(run).toMatchObject({ step: 6, name: 'Mine', isPinned: true });
    expect((await library.list()).runs).toHaveLength(1);
  });

  it('leaves out what was deleted, brings it back, and forgets it an hour after a visit ended', async () => {
    await keep('a', 2);
    const listed = async () => (await library.list()).runs.map(({ id }) => id);
    const deleted = await library.delete(['a']);
    expect(deleted).toEqual([{ id: 'a', deletedAtMs: 5_000_000 }]);
    expect(await listed()).toEqual([]);
    expect(await library.undelete(deleted)).toEqual([]);
    expect(await listed()).toEqual(['a']);
    await library.delete(['a']);
    nowMs += 3_600_001;
    expect(await listed()).toEqual([]);
    expect(store.kept.size + store.files.size).toBe(0);
  });

  it('deletes for good exactly what was deleted: not what was kept again since', async () => {
    await keep('a', 2);
    await keep('b', 2);
    const deleted = await library.delete(['a', 'b']);
    await keep('a', 5);
    await library.purge(deleted);
    const { runs } = await library.list();
    expect(runs).toMatchObject([{ id: 'a', step: 5 }]);
    expect([...store.files.keys()]).toEqual(['a']);
    expect(await library.undelete(deleted)).toEqual(['b']);
  });

  it('passes over records that can’t be read, says why, and deletes none but those', async () => {
    await keep('a', 2);
    const newer = { ...toRecord(storedRun('d')), version: 99 };
    for (const [id, record] of Object.entries({
      b: { version: 1, id: 'b' },
      c: 'damaged',
      d: newer,
    }))
      store.kept.set(id, record);
    const listing = await library.list();
    expect(listing.runs.map(({ id }) => id)).toEqual(['a']);
    expect(listing.damaged.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(listing.newer).toBe(1);
    // One that can't be read keeps no other from being changed.
    await library.update({ ids: ['b', 'a', 'gone', 'd'], patch: { name: 'Mine' } });
    expect((await library.list()).runs[0]?.name).toBe('Mine');
    await library.delete(['a', 'b', 'c', 'd']);
    await library.removeDamaged(['a', 'b', 'c', 'd']);
    expect([...store.kept.keys()]).toEqual(['a', 'd']);
    expect(store.kept.get('d')).toEqual(newer);
    expect(await refusal(keep('d', 3))).toMatch(/^a newer version of this page wrote it/);
  });

  it('says what is wrong with a file that was damaged or is gone', async () => {
    await keep('a', 2);
    const file = store.files.get('a');
    if (!(file instanceof ArrayBuffer)) throw new Error('no file');
    new Uint8Array(file).fill(7, file.byteLength - 1);
    expect(await refusal(library.history(A))).toBe(
      'its checksum does not match: it was damaged or changed.',
    );
    store.files.delete('a');
    expect(await refusal(library.history(A))).toMatch(/not in this/);
  });

  it('says what a run that finds no room would have been', async () => {
    store.isFull = true;
    const { buffer: file } = await writeCheckpoint(checkpointAt(3));
    const about = { id: 'a', name: null, engine: null };
    const refused = await library.save({ kind: 'file', about, file });
    expect(refused).toMatchObject({ failure: 'full', run: { id: 'a', step: 3 } });
    expect(changes).toBe(0);
    expect((await library.list()).runs).toEqual([]);
    // All that can be done with a kept run can be done with its file.
    const source = { kind: 'file', about, file } as const;
    expect((await library.history(source)).history).toEqual(checkpointAt(3).runs[0]?.history);
    expect((await library.checkpoint(source)).bytes).toBe(file);
  });

  it('writes weights as every exporter does', async () => {
    await keep('a', 3);
    const { fileName, bytes } = await library.weights({ source: A, choice: DEFAULT_EXPORT });
    expect(fileName).toMatch(/-step-3\.safetensors$/);
    const { tensors } = readSafetensors(new Uint8Array(bytes));
    const saved = checkpointAt(3).runs[0]?.state.weights.get('conv1.weight')?.data;
    expect(tensors.get('conv1.weight')?.data).toEqual(saved);
  });

  it('writes a run as JSON that explains itself', async () => {
    await keep('a', 3, 'Mine');
    const { fileName, bytes } = await library.json(A);
    expect(fileName).toMatch(/-step-3\.json$/);
    const text = new TextDecoder().decode(bytes);
    expect(JSON.parse(text)).toMatchObject({
      ...{ format: 'residual-playground-run', version: 1, name: 'Mine', stepsDone: 3 },
      evaluations: [{ step: 1, loss: 2.25, accuracy: 0.125 }],
      marks: [{ step: 0, label: 'learning rate 0.1' }],
      curves: {
        step: [0, 1, 2],
        stepsInRow: [1, 1, 1],
        loss: { mean: [2, 1, 0.6666667] },
        gradNorm: { 'conv1.weight': [0.33333334, expect.any(Number), expect.any(Number)] },
      },
    });
    // A column is one line.
    expect(text).toContain('  "step": [0,1,2],\n');
  });
});
