import { expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { completeConfig } from '../model/parse.ts';
import { MAX_RUNS } from '../training/protocol.ts';
import { freshRun, initialState, type PageState } from './state.ts';
import { type RunFiles, Undo } from './undo.ts';

const config = completeConfig({ version: 1 });
const run = (id: string, colourIndex: number, name = id) => freshRun(id, colourIndex, name, config);

/** A page with two runs, of which `a` has made steps. */
function page(files: () => Promise<RunFiles> = async () => new Map([['a', new ArrayBuffer(4)]])) {
  const store = createStore<PageState>(() => ({
    ...initialState,
    runs: [run('a', 0, 'ResNet-20'), run('b', 1)],
  }));
  const synced: (readonly string[])[] = [];
  const undo = new Undo({
    store,
    runFiles: files,
    storeRun: () => undefined,
    syncRuns: (from) => void synced.push([...from.keys()]),
  });
  return { store, undo, synced, runs: () => store.getState().runs };
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
  const { store, undo, runs, synced } = page();
  undo.keep('All runs are back at step 0', ['a', 'b']);
  const stepped = { ...run('b', 1), markers: [{ step: 3, label: 'shortcuts off' }] };
  store.setState({ runs: [run('a', 0, 'ResNet-20'), stepped] });
  await undo.undo();
  expect(runs()[1]).toBe(stepped);
  expect(synced).toEqual([['a']]);

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
  undo.forget(store.getState().undoable?.key);
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
