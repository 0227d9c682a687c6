import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { completeConfig } from '../model/parse.ts';
import { MAX_RUNS } from '../training/protocol/commands.ts';
import { freshRun } from './runViews.ts';
import { initialState, type PageState } from './state.ts';
import { type RunFiles, Undo } from './undo.ts';

const config = completeConfig({ version: 1 });
const run = (id: string, colourIndex: number, name = id) => freshRun(id, colourIndex, name, config);

/** Files that come, or can't, when the test says so. */
function fileReading() {
  let resolve: (files: RunFiles) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<RunFiles>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}

/** A page with two runs, of which `a` has made steps. */
function page(files: () => Promise<RunFiles> = async () => new Map([['a', new ArrayBuffer(4)]])) {
  const prepared = (one: ReturnType<typeof run>) => ({ ...one, preparedConfig: one.config });
  const store = createStore<PageState>(() => ({
    ...initialState,
    runs: [run('a', 0, 'ResNet-20'), run('b', 1)].map(prepared),
  }));
  const synced: (readonly string[])[] = [];
  const asked: number[] = [];
  /** Whether the page is being restored. */
  const restore = { isUnderWay: false };
  const undo = new Undo({
    store,
    runFiles: files,
    storeRun: () => undefined,
    bringBack: (from, number) => {
      if (restore.isUnderWay) return false;
      synced.push([...from.keys()]);
      asked.push(number);
      return true;
    },
    replaceAll: (runs) => {
      const before = store.getState().runs;
      store.setState({ runs });
      return () => store.setState({ runs: before });
    },
  });
  const ids = () => store.getState().runs.map(({ id }) => id);
  /** The worker's answer. @returns whether it is to be told what is shown. */
  const answer = (whyNot: string | null, number = asked.at(-1) ?? 0) =>
    undo.follow({ type: 'undone', undo: number, whyNot });
  return { store, undo, synced, asked, restore, ids, answer, runs: () => store.getState().runs };
}

it('gives a run that comes back another colour and name where these were taken since', async () => {
  const { store, undo, runs } = page();
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: [run('b', 1), run('c', 0, 'ResNet-20')] });
  await undo.undo();
  expect(runs().map(({ id, colourIndex, name }) => [id, colourIndex, name])).toEqual([
    ['a', 2, 'ResNet-20 (2)'],
    ['b', 1, 'b'],
    ['c', 0, 'ResNet-20'],
  ]);
});

it('leaves a run that had made no step as it is now, and takes back what it was edited to', async () => {
  const { store, undo, runs, synced, answer } = page();
  undo.keep('All runs are back at step 0', ['a', 'b']);
  const stepped = { ...run('b', 1), markers: [{ step: 3, label: 'shortcuts off' }] };
  store.setState({ runs: [run('a', 0, 'ResNet-20'), stepped] });
  await undo.undo();
  expect(runs()[1]).toBe(stepped);
  expect(synced).toEqual([['a']]);
  answer(null);

  undo.keep('The runs have started again', ['a', 'b']);
  const edited = { ...config, training: { ...config.training, batchSize: 7 } };
  store.setState({ runs: runs().map((one) => ({ ...one, config: edited })) });
  await undo.undo();
  expect(runs().map((one) => one.config.training.batchSize)).toEqual([128, 128]);
});

it('says why runs that could not be taken do not come back, and changes nothing', async () => {
  const { store, undo, runs, synced } = page(() => Promise.reject(new Error('No memory.')));
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: [run('b', 1)] });
  await undo.undo();
  expect(runs().map(({ id }) => id)).toEqual(['b']);
  expect(synced).toEqual([]);
  expect(store.getState().undoable).toMatchObject({
    what: 'ResNet-20 removed',
    whyNot: 'No memory.',
  });
  undo.dismiss(store.getState().undoable?.key ?? 0);
  expect(store.getState().undoable).toBeNull();
});

it('offers no undo once other runs have taken the places', () => {
  const { store, undo } = page();
  undo.keep('ResNet-20 removed', ['a']);
  const others = Array.from({ length: MAX_RUNS }, (_, i) => run(`c${i}`, i));
  store.setState({ runs: others.slice(1) });
  undo.forgetWhereFull();
  expect(store.getState().undoable?.what).toBe('ResNet-20 removed');
  store.setState({ runs: others });
  undo.forgetWhereFull();
  expect(store.getState().undoable).toBeNull();
});

it('takes back what the worker refuses, says why, and can be asked again', async () => {
  const { store, undo, runs, ids, synced, answer } = page();
  undo.keep('ResNet-20 removed', ['a']);
  const left = runs().slice(1);
  store.setState({ runs: left, selected: 'b' });
  await undo.undo();
  expect([ids(), runs()[0]?.preparedConfig]).toEqual([['a', 'b'], null]);
  expect(answer('Too large.')).toBe(true);
  expect(store.getState()).toMatchObject({ runs: left, selected: 'b' });
  expect(store.getState().undoable).toMatchObject({
    ...{ what: 'ResNet-20 removed', whyNot: null },
    note: '“ResNet-20 removed” could not be undone: Too large.',
  });
  await undo.undo();
  expect(answer(null)).toBe(false);
  expect([ids(), synced]).toEqual([
    ['a', 'b'],
    [['a'], ['a']],
  ]);
  await undo.undo();
  expect(synced).toHaveLength(2);
});

it('leaves a run as it was started again where its former self is refused', async () => {
  const { store, undo, runs, answer } = page();
  undo.keep('All runs are back at step 0', ['a', 'b']);
  const again = runs().map((one) => ({ ...one, startId: 'again' }));
  store.setState({ runs: again });
  await undo.undo();
  expect(runs()[0]?.startId).toBeNull();
  answer('Too large.');
  expect(runs()).toEqual(again);
});

it('brings runs that were set aside back in place of all others, or leaves these', async () => {
  const { store, undo, ids, runs, answer } = page();
  const own = runs();
  const pair = [run('c', 0)];
  store.setState({ runs: pair });
  await undo.bringBack('The tour has ended', own, new Map());
  expect(ids()).toEqual(['a', 'b']);
  answer('Too large.');
  expect(runs()).toBe(pair);
  expect(store.getState().undoable).toMatchObject({
    note: 'Your own runs could not be brought back: Too large.',
  });
  await undo.undo();
  expect(ids()).toEqual(['a', 'b']);
});

it('brings nothing back among runs that were opened while the files were read', async () => {
  const files = fileReading();
  const { store, undo, ids, synced } = page(() => files.promise);
  undo.keep('ResNet-20 removed', ['a']);
  const undone = undo.undo();
  undo.forget();
  store.setState({ runs: [run('c', 0)] });
  files.resolve(new Map());
  await undone;
  expect([ids(), synced]).toEqual([['c'], []]);
  expect(store.getState().undoable?.whyNot).toBe('Other runs have been opened in the meantime.');
});

it('says which undo was given up for runs that were set aside', async () => {
  const files = fileReading();
  const { store, undo, ids, runs } = page(() => files.promise);
  const own = runs();
  store.setState({ runs: [run('c', 0), run('d', 1)] });
  undo.keep('d removed', ['d']);
  const undone = undo.undo();
  await undo.bringBack('The tour has ended', own, new Map());
  files.resolve(new Map());
  await undone;
  expect(ids()).toEqual(['a', 'b']);
  expect(store.getState().undoable).toMatchObject({
    what: 'd removed',
    whyNot: 'Other runs have been opened in the meantime.',
  });
});

it('keeps the files where a run is removed before the worker refuses it, and can be asked again', async () => {
  const given = [new Map([['a', new ArrayBuffer(4)]]), new Map()];
  const { store, undo, runs, ids, synced, answer } = page(async () => given.shift() ?? new Map());
  undo.keep('ResNet-20 removed', ['a']);
  const left = runs().slice(1);
  store.setState({ runs: left });
  await undo.undo();
  // The worker does not have it.
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: left });
  answer('It can’t be read.');
  expect(ids()).toEqual(['b']);
  await undo.undo();
  expect([ids(), synced]).toEqual([
    ['a', 'b'],
    [['a'], ['a']],
  ]);
});

it('ends with the worker’s answer though the run has left the page meanwhile', async () => {
  const { store, undo, runs, ids, synced, answer } = page();
  const left = runs().slice(1);
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: left });
  await undo.undo();
  undo.keep('ResNet-20 removed again', ['a']);
  store.setState({ runs: left });
  expect(answer(null)).toBe(false);
  expect([ids(), store.getState().undoable?.what]).toEqual([['b'], 'ResNet-20 removed again']);
  await undo.undo();
  expect([ids(), synced]).toEqual([
    ['a', 'b'],
    [['a'], ['a']],
  ]);
});

it('offers again what was asked while the page was being restored', async () => {
  const { store, undo, runs, ids, synced, restore, answer } = page();
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: runs().slice(1) });
  restore.isUnderWay = true;
  await undo.undo();
  expect([ids(), synced]).toEqual([['b'], []]);
  expect(store.getState().undoable).toMatchObject({
    ...{ what: 'ResNet-20 removed', whyNot: null },
    note: '“ResNet-20 removed” could not be undone: The page is still being restored. Try again in a moment.',
  });
  restore.isUnderWay = false;
  await undo.undo();
  answer(null);
  expect([ids(), synced, store.getState().undoable]).toEqual([['a', 'b'], [['a']], null]);
});

it('has the worker told which runs are shown where it refuses an undo that was given up', async () => {
  const { store, undo, asked, answer } = page();
  undo.keep('ResNet-20 removed', ['a']);
  await undo.undo();
  undo.forget();
  expect(answer('Too large.', asked[0])).toBe(true);
  undo.keep('b removed', ['b']);
  await undo.undo();
  undo.forget();
  expect(answer(null, asked[1])).toBe(false);
  expect(store.getState().undoable).toBeNull();
});

it('takes back what a failing worker may never answer', async () => {
  const { store, undo, runs, ids, answer } = page();
  undo.keep('ResNet-20 removed', ['a']);
  store.setState({ runs: runs().slice(1) });
  await undo.undo();
  expect(undo.follow({ type: 'failed', message: 'It has crashed.' })).toBe(true);
  expect(ids()).toEqual(['b']);
  expect(store.getState().undoable).toMatchObject({
    whyNot: null,
    note: '“ResNet-20 removed” could not be undone: It has crashed.',
  });
  // It has been told that the run is not wanted.
  expect(answer(null)).toBe(false);
  expect(ids()).toEqual(['b']);
});

it('says so where runs have taken the place while the files were read', async () => {
  const files = fileReading();
  const { store, undo, ids } = page(() => files.promise);
  undo.keep('ResNet-20 removed', ['a']);
  const undone = undo.undo();
  store.setState({ runs: Array.from({ length: MAX_RUNS }, (_, i) => run(`c${i}`, i)) });
  undo.forgetWhereFull();
  files.resolve(new Map());
  await undone;
  expect(ids()).toHaveLength(MAX_RUNS);
  expect(store.getState().undoable?.whyNot).toBe('Other runs have taken its place.');
});

it('tells a failure beside what was done since, which can still be undone', async () => {
  const files = fileReading();
  const given = [files.promise, Promise.resolve(new Map())];
  const { store, undo } = page(() => given.shift() ?? Promise.reject(new Error('no files')));
  undo.keep('ResNet-20 removed', ['a']);
  const undone = undo.undo();
  undo.keep('b removed', ['b']);
  files.reject(new Error('No memory.'));
  await undone;
  expect(store.getState().undoable).toMatchObject({
    what: 'b removed',
    note: '“ResNet-20 removed” could not be undone: No memory.',
  });
});
