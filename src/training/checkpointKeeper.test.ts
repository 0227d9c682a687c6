import { describe, expect, it } from 'vitest';
import { ChunkError } from '../chunk.ts';
import { folderOf } from '../storage/folder.ts';
import { FakeDirectory } from './checkpoint/testing/fakeDirectory.ts';
import { checkpointAt } from './checkpoint/testing/checkpoints.ts';
import { writeCheckpoint } from './checkpoint/write.ts';
import { locks, stepOf, Visit } from './testing/visit.ts';

describe('CheckpointKeeper', () => {
  it('offers on the next visit what was kept last, until it is taken up or discarded', async () => {
    const directory = new FakeDirectory();
    const first = new Visit(directory);
    expect((await first.offered()).offer).toBeNull();
    expect(await first.keep(3)).toMatchObject({ step: 3, savedAtMs: 1003 });
    await first.keep(4);
    first.close();

    const second = new Visit(directory);
    expect((await second.offered()).offer).toMatchObject({
      savedAtMs: 1004,
      runs: [{ name: 'Tiny', step: 4, steps: 2000 }],
    });
    expect(await second.keeper.take()).toEqual(checkpointAt(4));
    second.keeper.taken();
    expect(await second.next('checkpointFound')).toMatchObject({ offer: null });
    // It goes on as the same training: its generations are replaced.
    await second.keep(5);
    await second.keep(6);
    expect(directory.files.size).toBe(2);
    second.close();

    const third = new Visit(directory);
    const { offer } = await third.offered();
    expect(offer?.runs[0]?.step).toBe(6);
    await third.keeper.discard(offer?.lineage ?? '');
    expect(await third.next('checkpointFound')).toMatchObject({ offer: null });
    expect(directory.files.size).toBe(0);
  });

  it('another training does not overwrite the one on offer, and keeps the one before', async () => {
    const directory = new FakeDirectory();
    const first = new Visit(directory);
    await first.keep(9);
    first.close();
    const visit = new Visit(directory);
    expect(stepOf(await visit.offered())).toBe(9);
    for (const step of [1, 2, 3]) {
      await visit.keep(step);
      visit.keeper.begin();
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    // What was offered, and the training before this one.
    expect(directory.files.size).toBe(4);
    expect(await visit.keeper.take()).toEqual(checkpointAt(9));
    visit.close();
    const next = new Visit(directory);
    expect(stepOf(await next.offered())).toBe(3);
  });

  it('a checkpoint written after a reset is the old training’s', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    await visit.offered();
    visit.keeper.save(checkpointAt(65));
    visit.keeper.begin();
    const begun = await visit.next('trainingBegun');
    const late = await visit.next('checkpointKept');
    expect(late).toMatchObject({ step: 65 });
    expect(late.lineage).not.toBe(begun.lineage);
    // A reload finds nothing of the new training.
    visit.close();
    const reloaded = new Visit(directory);
    expect(await reloaded.offered(begun.lineage)).toMatchObject({
      own: 'missing',
      offer: { lineage: late.lineage },
    });
  });

  it('keeps at most four trainings that nobody has, newest first', async () => {
    const directory = new FakeDirectory();
    for (const step of [1, 2, 3, 4, 5, 6]) {
      const visit = new Visit(directory);
      await visit.keep(step);
      visit.close();
    }
    const visit = new Visit(directory);
    await visit.keep(7);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(directory.files.size).toBe(2 * 5);
    const steps: (number | null)[] = [];
    for (let found = await visit.offered(); found.offer !== null; ) {
      steps.push(stepOf(found));
      await visit.keeper.discard(found.offer.lineage);
      found = await visit.next('checkpointFound');
    }
    expect(steps).toEqual([6, 5, 4, 3]);
  });

  it('where what reads them can’t be loaded, they may be good, and stay', async () => {
    const directory = new FakeDirectory();
    const before = new Visit(directory);
    await before.keep(1);
    before.close();
    const folder = folderOf(directory.handle);
    const read = async () => Promise.reject(new ChunkError('reading.js'));
    const visit = new Visit(directory, { folder: async () => ({ ...folder, read }) });
    expect(await visit.offered()).toMatchObject({
      offer: null,
      unreadable: [
        { kind: 'missing', reason: expect.stringContaining('could not be loaded (reading.js)') },
      ],
    });
    expect(directory.files.size).toBe(2);
  });

  it('one that can’t be read hides no other; it is told, and kept until it is deleted', async () => {
    const directory = new FakeDirectory();
    const [old, damaged] = [new Visit(directory), new Visit(directory)];
    await old.keep(1);
    directory.nowMs += 1000;
    const { lineage } = await damaged.keep(2);
    await damaged.keep(3);
    for (const name of directory.files.keys()) {
      if (name.startsWith(lineage)) directory.files.get(name)?.fill(7, 200, 210);
    }
    for (const visit of [old, damaged]) visit.close();

    const visit = new Visit(directory);
    const unreadable = [{ lineage, kind: 'broken', reason: expect.stringMatching(/checksum/) }];
    expect(await visit.offered(lineage)).toMatchObject({
      own: 'unreadable',
      unreadable,
      offer: { runs: [{ step: 1 }] },
    });
    expect(directory.files.size).toBe(4);
    await visit.keeper.discard(lineage);
    expect(await visit.next('checkpointFound')).toMatchObject({
      unreadable: [],
      offer: { runs: [{ step: 1 }] },
    });
  });

  it('a newer version’s checkpoint is told and left as it is, even by the page that had it', async () => {
    const directory = new FakeDirectory();
    directory.nowMs = 60_000;
    const newer = await writeCheckpoint(checkpointAt(4));
    const text = new TextDecoder('latin1')
      .decode(newer)
      .replace('\\"version\\":1', '\\"version\\":2');
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const { seal, BLANK_CHECKSUM } = await import('./checkpoint/checksum.ts');
    bytes.set(new TextEncoder().encode(BLANK_CHECKSUM), text.indexOf('"sha256":"') + 10);
    await seal(bytes);
    directory.files.set('000002-123.safetensors', bytes);
    directory.files.set('000001-123.safetensors', await writeCheckpoint(checkpointAt(3)));
    const visit = new Visit(directory);
    expect(await visit.offered('123')).toMatchObject({
      offer: null,
      own: 'unreadable',
      unreadable: [{ lineage: '123', kind: 'newer' }],
    });
    await visit.keep(1);
    expect(directory.files.size).toBe(4);
  });

  it('finds what earlier versions of the page kept, and deletes it once there is a checkpoint that follows', async () => {
    const directory = new FakeDirectory();
    directory.nowMs = 60_000;
    for (const step of [1, 2]) {
      directory.files.set(`00000${step}-77.safetensors`, await writeCheckpoint(checkpointAt(step)));
    }
    directory.files.get('000002-77.safetensors')?.fill(0, 300);
    directory.files.set('notes.txt', new Uint8Array(3));
    // A page of that version is still open.
    const early = new Visit(directory, { locks: locks(true) });
    expect((await early.offered()).offer).toBeNull();
    const visit = new Visit(directory);
    expect(await visit.offered('77')).toMatchObject({
      offer: { lineage: '77', damaged: expect.stringMatching(/^the header is no JSON/) },
    });
    expect(await visit.keeper.take()).toEqual(checkpointAt(1));
    visit.keeper.taken();
    expect(directory.files.size).toBe(3);
    await visit.keep(3);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([...directory.files.keys()]).toEqual([
      'notes.txt',
      expect.stringMatching(/\.0\.slot$/),
      expect.stringMatching(/\.1\.slot$/),
    ]);
  });

  it('is safe where the browser has no locks', async () => {
    const directory = new FakeDirectory();
    const without = { locks: undefined };
    const living = new Visit(directory, without);
    await living.keep(2);
    directory.files.set('000001-77.safetensors', await writeCheckpoint(checkpointAt(1)));
    const visit = new Visit(directory, without);
    // It may be that a page of an earlier version has just written it.
    directory.modifiedMs.set('000001-77.safetensors', directory.nowMs + 3000);
    expect((await visit.offered()).offer).toBeNull();
    directory.nowMs += 60_000;
    expect(stepOf(await visit.offered())).toBe(1);
  });

  it('writes the same state once, and of several that wait only the last', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    const last = checkpointAt(4);
    for (const step of [1, 2, 3]) visit.keeper.save(checkpointAt(step));
    for (let i = 0; i < 2; i++) visit.keeper.save(last);
    expect(await visit.next('checkpointKept')).toMatchObject({ step: 4 });
    visit.keeper.save({ ...last, savedAtMs: 2000 });
    expect(visit.events).toEqual([]);
  });

  it('writes before it returns, so that a page that closes can', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory, { delay: () => new Promise(() => undefined) });
    await visit.keeper.prepare();
    visit.keeper.save(checkpointAt(1));
    const [kept] = visit.events;
    if (kept?.type !== 'checkpointKept') throw new Error('not written at once');
    visit.keeper.save(checkpointAt(2));
    visit.close();
    const next = new Visit(directory);
    expect(stepOf(await next.offered(kept.lineage))).toBe(2);
  });

  it('leaves no files of trainings without a step, and takes none for the training before', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory, { delay: () => new Promise(() => undefined) });
    await visit.keep(1);
    for (let i = 0; i < 3; i++) {
      visit.keeper.begin();
      await visit.keeper.prepare();
      expect(directory.files.size).toBe(4);
    }
    visit.close();
    const next = new Visit(directory);
    expect(stepOf(await next.offered())).toBe(1);
    await next.keep(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(directory.files.size).toBe(4);
  });

  it('writes again at the same step what has other weights, came from a file, or was tested since', async () => {
    const visit = new Visit(new FakeDirectory());
    await visit.keep(4);
    const kept = checkpointAt(4);
    const [run] = kept.runs;
    if (run === undefined) throw new Error('no run');
    const imported = { source: 'a.pth', weights: run.state.weights };
    const lastTest = { step: 4, images: 50, accuracy: 0.5 };
    for (const changed of [run, { ...run, imported }, { ...run, imported, lastTest }]) {
      visit.keeper.save({ ...kept, runs: [changed] });
      expect(await visit.next('checkpointKept')).toMatchObject({ step: 4 });
    }
  });

  it('is due at first, and then not before three seconds have passed', async () => {
    const visit = new Visit(new FakeDirectory());
    expect(visit.keeper.isDue(performance.now())).toBe(true);
    await visit.keep(1);
    expect(visit.keeper.isDue(performance.now() + 2000)).toBe(false);
    expect(visit.keeper.isDue(performance.now() + 3000)).toBe(true);
  });

  it('tells once where the browser keeps no files', async () => {
    const visit = new Visit(null);
    expect((await visit.offered('a')).own).toBe('missing');
    visit.keeper.save(checkpointAt(1));
    const { task, message } = await visit.next('checkpointFailed');
    expect(task).toBe('keep');
    expect(message).toMatch(
      /keeps no checkpoints: this browser has no file system\. Training goes on/,
    );
    visit.keeper.save(checkpointAt(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(visit.events).toEqual([]);
  });

  it('tells when the disk is full, and keeps again once there is room, though nothing has changed', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    directory.quota = 100;
    const checkpoint = checkpointAt(1);
    visit.keeper.save(checkpoint);
    const { message } = await visit.next('checkpointFailed');
    expect(message).toMatch(/no room left for a checkpoint/);
    directory.quota = Number.POSITIVE_INFINITY;
    visit.keeper.save(checkpoint);
    expect(await visit.next('checkpointKept')).toMatchObject({ step: 1 });
  });
});

describe('a reload that is to lose nothing', () => {
  it('is told whether the last checkpoint is written, also where it was kept before', async () => {
    const visit = new Visit(new FakeDirectory());
    await visit.keep(5);
    expect(await visit.keeper.isSaved()).toBe(true);
    visit.keeper.save(checkpointAt(7));
    expect(await visit.keeper.isSaved()).toBe(true);
    visit.keeper.save(checkpointAt(7));
    expect(await visit.keeper.isSaved()).toBe(true);
  });

  it('is told where nothing can be written', async () => {
    const visit = new Visit(null);
    visit.keeper.save(checkpointAt(5));
    expect(await visit.keeper.isSaved()).toBe(false);
  });
});

it('weights without a step do not take the place of the training before', async () => {
  const directory = new FakeDirectory();
  const visit = new Visit(directory);
  const { lineage } = await visit.keep(500);
  visit.keeper.begin();
  await visit.keep(0);
  visit.keeper.begin();
  visit.keeper.begin();
  await new Promise((resolve) => setTimeout(resolve, 20));
  visit.close();
  const found = await new Visit(directory).offered();
  expect([found.offer?.lineage, stepOf(found)]).toEqual([lineage, 500]);
});
