import { beforeEach, describe, expect, it } from 'vitest';
import { checkpointAt } from '../../training/checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from '../../training/checkpoint/write.ts';
import { DEFAULT_EXPORT } from '../../weights/formats/registry.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { type LibraryApi, libraryFailure, libraryService } from './libraryService.ts';
import { MemoryLibrary } from './testing/memoryLibrary.ts';

let store: MemoryLibrary;
let library: LibraryApi;
let changes: number;

beforeEach(() => {
  store = new MemoryLibrary();
  changes = 0;
  library = libraryService(
    store,
    () => changes++,
    () => 5_000_000,
  );
});

/** Why a call fails, as the page is told. */
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(() => 'none', libraryFailure);

async function keep(id: string, step: number, name: string | null = null) {
  const { buffer: file } = await writeCheckpoint(checkpointAt(step));
  const run = await library.save({ about: { id, name, engine: 'webgpu' }, file });
  if ('file' in run) throw new Error(run.reason);
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
    const { history } = await library.history('a');
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
    const mark = (deletedAtMs: number | null) =>
      library.update({ ids: ['a'], patch: { deletedAtMs } });
    await mark(4_999_000);
    expect(await listed()).toEqual([]);
    await mark(null);
    expect(await listed()).toEqual(['a']);
    await mark(1_000_000);
    expect(await listed()).toEqual([]);
    expect(store.kept.size + store.files.size).toBe(0);
  });

  it('passes over records that can’t be read, and says why', async () => {
    await keep('a', 2);
    store.kept.set('b', { version: 1, id: 'b' });
    store.kept.set('c', 'damaged');
    const { runs, damaged } = await library.list();
    expect(runs.map(({ id }) => id)).toEqual(['a']);
    expect(damaged.map(({ id }) => id)).toEqual(['b', 'c']);
    await library.remove(['b', 'c']);
    expect((await library.list()).damaged).toEqual([]);
  });

  it('says what is wrong with a file that was damaged or is gone', async () => {
    await keep('a', 2);
    const file = store.files.get('a');
    if (!(file instanceof ArrayBuffer)) throw new Error('no file');
    new Uint8Array(file).fill(7, file.byteLength - 1);
    expect(await refusal(library.history('a'))).toBe(
      'its checksum does not fit: it was damaged or changed.',
    );
    store.files.delete('a');
    expect(await refusal(library.history('a'))).toMatch(/not in this/);
  });

  it('gives the file back where there is no room for it', async () => {
    store.isFull = true;
    const { buffer: file } = await writeCheckpoint(checkpointAt(3));
    const about = { id: 'a', name: null, engine: null };
    const refused = await library.save({ about, file });
    expect(refused).toMatchObject({ isFull: true });
    expect('file' in refused && refused.file).toBe(file);
    expect(changes).toBe(0);
    expect((await library.list()).runs).toEqual([]);
  });

  it('writes weights as every exporter does', async () => {
    await keep('a', 3);
    const { fileName, bytes } = await library.weights({ id: 'a', choice: DEFAULT_EXPORT });
    expect(fileName).toMatch(/-step-3\.safetensors$/);
    const { tensors } = readSafetensors(new Uint8Array(bytes));
    const saved = checkpointAt(3).runs[0]?.state.weights.get('conv1.weight')?.data;
    expect(tensors.get('conv1.weight')?.data).toEqual(saved);
  });

  it('writes a run as JSON that explains itself', async () => {
    await keep('a', 3, 'Mine');
    const { fileName, bytes } = await library.json({ kind: 'stored', id: 'a' });
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
