import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { completeConfig } from '../../model/parse.ts';
import type { NewRun } from '../newRuns.ts';
import type { PageSession } from '../pageSession.ts';
import { freshRun, initialState, type PageState } from '../state.ts';
import { TourRuns } from './tourRuns.ts';

const config = completeConfig({ version: 1 });
const PAIR = new Blob(['pair']);
const KEPT = new Blob(['the user’s runs']);

/** A page whose runs are named after what has put them there. */
function page(state: Partial<PageState>, refusal: string | null = null) {
  const store = createStore<PageState>(() => ({ ...initialState, ...state }));
  const show = (id: string, more: Partial<PageState> = {}) =>
    store.setState({ ...more, runs: [freshRun(id, 0, id, config)], isDefaultPair: false });
  const session = {
    store,
    checkpoint: () => Promise.resolve(KEPT),
    resume: (file: Blob) => {
      if (refusal === null) show(file === PAIR ? 'pair' : 'kept', { stepsDone: 10 });
      else {
        const failure = { task: 'resume', message: refusal } as const;
        store.setState(({ checkpoint }) => ({ checkpoint: { ...checkpoint, failure } }));
      }
    },
    replaceRuns: (runs: readonly NewRun[]) => show(runs[0]?.name ?? 'fresh', { stepsDone: 0 }),
  };
  const tourRuns = new TourRuns(session as unknown as PageSession, () => Promise.resolve(PAIR));
  return {
    store,
    tourRuns,
    shown: () =>
      store
        .getState()
        .runs.map(({ name }) => name)
        .join(),
  };
}

const own = freshRun('own', 0, 'own', config);

test('runs that were trained come back when the tour ends', async () => {
  const { store, tourRuns, shown } = page({ runs: [own], isDefaultPair: false, stepsDone: 40 });
  await tourRuns.openPair();
  expect(tourRuns.stage(store.getState())).toBe('ready-made');
  tourRuns.setUpFresh();
  expect(tourRuns.stage(store.getState())).toBe('fresh');
  await tourRuns.openPair();
  tourRuns.giveBack();
  expect(shown()).toBe('kept');
});

test('so do runs that were only set up', async () => {
  const { tourRuns, shown } = page({ runs: [{ ...own, isNamed: true }], isDefaultPair: false });
  await tourRuns.openPair();
  tourRuns.giveBack();
  expect(shown()).toBe('own');
});

test('an untouched page keeps what the tour leaves, and so does one with other runs since', async () => {
  const untouched = page({ runs: [own], isDefaultPair: true });
  await untouched.tourRuns.openPair();
  untouched.tourRuns.giveBack();
  expect(untouched.shown()).toBe('pair');
  const left = page({ runs: [own], isDefaultPair: false, stepsDone: 40 });
  await left.tourRuns.openPair();
  left.store.setState({ runs: [freshRun('linked', 0, 'linked', config)] });
  left.tourRuns.giveBack();
  expect(left.shown()).toBe('linked');
});

test('a pair that can’t be opened changes nothing', async () => {
  const { tourRuns, shown } = page({ runs: [own], isDefaultPair: true }, 'Other images.');
  await expect(tourRuns.openPair()).rejects.toThrow('Other images.');
  tourRuns.giveBack();
  expect(shown()).toBe('own');
});
