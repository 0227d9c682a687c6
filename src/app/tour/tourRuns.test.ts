import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { completeConfig } from '../../model/parse.ts';
import type { Command } from '../../training/protocol/commands.ts';
import type { PageSession } from '../pageSession.ts';
import { freshRun } from '../runViews.ts';
import { initialState, type PageState, type RunView } from '../state.ts';
import type { RunFiles } from '../undo.ts';
import { TourRuns } from './tourRuns.ts';

const config = completeConfig({ version: 1 });
const FILES: RunFiles = new Map([['own', new ArrayBuffer(4)]]);

/** Files that come when the test says so. */
function fileReading() {
  let resolve: (files: RunFiles) => void = () => undefined;
  const promise = new Promise<RunFiles>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

type Task = NonNullable<PageState['checkpoint']['failure']>['task'];

/** A page on which the worker resumes when it is told to. */
function page(state: Partial<PageState>, runFiles = () => Promise.resolve(FILES)) {
  const store = createStore<PageState>(() => ({ ...initialState, ...state }));
  const show = (runs: readonly RunView[]) => store.setState({ runs, isDefaultPair: false });
  const named = (id: string) => freshRun(id, 0, id, config);
  const given: RunFiles[] = [];
  const sent: Command['type'][] = [];
  const session = {
    ...{ store, runFiles },
    resume: () => ['pair', 'unused'],
    replaceRuns: () => show([named('fresh')]),
    send: ({ type }: Command) => void sent.push(type),
    undo: {
      bringBack: async (_: string, runs: readonly RunView[], files: RunFiles) => {
        given.push(files);
        show(runs);
      },
    },
  };
  const tourRuns = new TourRuns(session as unknown as PageSession, async () => new Blob());
  tourRuns.begin();
  const fail = (task: Task, message: string) =>
    store.setState(({ checkpoint }) => ({
      checkpoint: { ...checkpoint, failure: { task, message } },
    }));
  /** Lets everything go on that waits for the page's side. */
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return {
    ...{ store, tourRuns, given, sent, fail, settled },
    arrive: () => show([named('pair')]),
    openPair: async () => {
      const opened = tourRuns.openPair();
      await settled();
      show([named('pair')]);
      await opened;
    },
    shown: () =>
      store
        .getState()
        .runs.map(({ name }) => name)
        .join(),
  };
}

const own = freshRun('own', 0, 'own', config);
const trained = { runs: [own], isDefaultPair: false, stepsDone: 40 };

test('runs of the user’s own come back when the tour ends, where they were', async () => {
  const { store, tourRuns, openPair, shown, given } = page(trained);
  await openPair();
  expect(tourRuns.stage(store.getState())).toBe('ready-made');
  tourRuns.setUpFresh();
  expect(tourRuns.stage(store.getState())).toBe('fresh');
  await openPair();
  tourRuns.giveBack();
  expect([shown(), given]).toEqual(['own', [FILES]]);
});

test('runs are paused before they are set aside, and one that was added meanwhile is set aside too', async () => {
  const reading = fileReading();
  const files = [reading.promise, Promise.resolve(FILES)];
  const training = { ...trained, phase: 'training' } as const;
  const { store, tourRuns, sent, arrive, settled, shown } = page(
    training,
    () => files.shift() ?? Promise.reject(new Error('asked too often')),
  );
  const opened = tourRuns.openPair();
  await settled();
  expect(sent).toEqual(['pause']);
  store.setState({ runs: [own, freshRun('added', 1, 'added', config)] });
  reading.resolve(FILES);
  await settled();
  arrive();
  await opened;
  tourRuns.giveBack();
  expect(shown()).toBe('own,added');
});

test('an untouched page keeps what the tour leaves, and so does one with other runs since', async () => {
  const untouched = page({ runs: [own], isDefaultPair: true });
  await untouched.openPair();
  untouched.tourRuns.giveBack();
  expect(untouched.shown()).toBe('pair');
  const left = page(trained);
  await left.openPair();
  left.store.setState({ runs: [freshRun('linked', 0, 'linked', config)] });
  left.tourRuns.giveBack();
  expect(left.shown()).toBe('linked');
});

test('a tour that ends while the pair is opened brings the runs back once it is there', async () => {
  const { tourRuns, arrive, settled, shown, given } = page(trained);
  const opened = tourRuns.openPair();
  await settled();
  tourRuns.giveBack();
  arrive();
  await opened;
  expect([shown(), given]).toEqual(['own', [FILES]]);
});

test('a pair that can’t be opened changes nothing, and sets nothing aside', async () => {
  const { tourRuns, fail, settled, shown, store } = page(trained);
  const opened = tourRuns.openPair();
  await settled();
  // A checkpoint that could not be kept says nothing about the pair.
  fail('keep', 'The disk is full.');
  fail('resume', 'Other images.');
  await expect(opened).rejects.toThrow('Other images.');
  expect(tourRuns.hasSetAside).toBe(false);
  expect(shown()).toBe('own');
  const lost = tourRuns.openPair();
  await settled();
  store.setState({ deviceLost: { message: 'The GPU is gone.', lastSnapshotStep: 0 } });
  await expect(lost).rejects.toThrow('The GPU is gone.');
});

test('no pair is opened over runs that can’t be set aside', async () => {
  const { tourRuns, shown } = page(trained, () => Promise.reject(new Error('No memory.')));
  await expect(tourRuns.openPair()).rejects.toThrow('No memory.');
  expect(tourRuns.hasSetAside).toBe(false);
  expect(shown()).toBe('own');
});
