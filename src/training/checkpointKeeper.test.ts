import { describe, expect, it } from 'vitest';
import { folderOf } from '../storage/folder.ts';
import { checkpointAt } from './checkpoint/testing/checkpoints.ts';
import { FakeDirectory } from './checkpoint/testing/fakeDirectory.ts';
import { CheckpointKeeper } from './checkpointKeeper.ts';
import type { TrainingEvent } from './protocol.ts';

type EventOf<T extends TrainingEvent['type']> = Extract<TrainingEvent, { type: T }>;

/** One visit of the page, in a browser whose files outlive it. */
class Visit {
  readonly events: TrainingEvent[] = [];
  readonly keeper: CheckpointKeeper;

  constructor(directory: FakeDirectory | null) {
    const folder = async () => {
      if (directory === null) throw new Error('this browser has no file system');
      return folderOf(directory.handle);
    };
    this.keeper = new CheckpointKeeper({ folder }, (event) => this.events.push(event));
  }

  /** Waits for the next event of a kind. */
  async next<T extends TrainingEvent['type']>(type: T): Promise<EventOf<T>> {
    for (;;) {
      const at = this.events.findIndex((event) => event.type === type);
      const [found] = at < 0 ? [] : this.events.splice(at, 1);
      if (found !== undefined) return found as EventOf<T>;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async keep(step: number): Promise<EventOf<'checkpointKept'>> {
    this.keeper.save(checkpointAt(step));
    return this.next('checkpointKept');
  }
}

describe('CheckpointKeeper', () => {
  it('offers on the next visit what was kept last, until it is taken up or discarded', async () => {
    const directory = new FakeDirectory();
    const first = new Visit(directory);
    await first.keeper.offer();
    expect(await first.next('checkpointFound')).toMatchObject({ offer: null });
    expect(await first.keep(3)).toMatchObject({ step: 3, savedAtMs: 1003 });
    await first.keep(4);

    const second = new Visit(directory);
    await second.keeper.offer();
    const { offer } = await second.next('checkpointFound');
    expect(offer).toMatchObject({
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

    const third = new Visit(directory);
    await third.keeper.offer();
    expect((await third.next('checkpointFound')).offer?.runs[0]?.step).toBe(6);
    await third.keeper.discard();
    expect(await third.next('checkpointFound')).toMatchObject({ offer: null });
    expect(directory.files.size).toBe(0);
  });

  it('another training does not overwrite the one that is still on offer', async () => {
    const directory = new FakeDirectory();
    await new Visit(directory).keep(9);
    const visit = new Visit(directory);
    visit.keeper.begin();
    await visit.keeper.offer();
    expect((await visit.next('checkpointFound')).offer?.runs[0]?.step).toBe(9);
    for (const step of [1, 2, 3]) await visit.keep(step);
    expect(await visit.keeper.take()).toEqual(checkpointAt(9));
    await visit.keeper.discard();
    expect(await visit.next('checkpointFound')).toMatchObject({ offer: null });
    expect(directory.files.size).toBe(2);
  });

  it('writes the same state once, and of several that wait only the last', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    const last = checkpointAt(4);
    for (const step of [1, 2, 3]) visit.keeper.save(checkpointAt(step));
    for (let i = 0; i < 2; i++) visit.keeper.save(last);
    expect(await visit.next('checkpointKept')).toMatchObject({ step: 1 });
    expect(await visit.next('checkpointKept')).toMatchObject({ step: 4 });
    visit.keeper.save({ ...last, savedAtMs: 2000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(visit.events).toEqual([]);
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

  it('tries again after a failure, though nothing has changed', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    const checkpoint = checkpointAt(1);
    directory.quota = 100;
    visit.keeper.save(checkpoint);
    await visit.next('checkpointFailed');
    await new Promise((resolve) => setTimeout(resolve, 1));
    directory.quota = Number.POSITIVE_INFINITY;
    visit.keeper.save(checkpoint);
    expect(await visit.next('checkpointKept')).toMatchObject({ step: 1 });
  });

  it('is due at first, and then not before ten seconds have passed', async () => {
    const visit = new Visit(new FakeDirectory());
    expect(visit.keeper.isDue(performance.now())).toBe(true);
    await visit.keep(1);
    expect(visit.keeper.isDue(performance.now() + 5000)).toBe(false);
    expect(visit.keeper.isDue(performance.now() + 11_000)).toBe(true);
  });

  it('tells once where the browser keeps no files', async () => {
    const visit = new Visit(null);
    await visit.keeper.offer();
    expect(await visit.next('checkpointFound')).toMatchObject({ offer: null });
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

  it('tells when the disk is full, and keeps again once there is room', async () => {
    const directory = new FakeDirectory();
    const visit = new Visit(directory);
    directory.quota = 100;
    visit.keeper.save(checkpointAt(1));
    const { message } = await visit.next('checkpointFailed');
    expect(message).toMatch(/no room left for a checkpoint/);
    directory.quota = Number.POSITIVE_INFINITY;
    expect(await visit.keep(2)).toMatchObject({ step: 2 });
  });
});
