import { expect, it, vi } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { layerNames } from '../model/layerNames.ts';
import { presetConfig } from '../model/presets.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { RunHistory } from '../training/history.ts';
import type { Command } from '../training/protocol/commands.ts';
import type { ResumedRun, TrainingEvent } from '../training/protocol/events.ts';
import { PageSession } from './pageSession.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { isReturn, readTabState, type TabState, tabStateOf, writeTabState } from './tabState.ts';

const READY = {
  type: 'ready',
  engine: 'webgpu',
  passedOver: [],
  compared: null,
  remark: null,
  adapter: { name: 'Test', vendor: '', architecture: '', isSoftware: true },
  gflops: 0.5,
  maxBufferBytes: 1e9,
  noHalfPrecision: null,
  arithmetics: [],
} as const;

const residual = presetConfig('small-20');
const plain = withoutShortcuts(residual);

/** A session on a worker that is played by the test. */
function opened(options: Partial<SessionOptions> = {}) {
  const commands: (Command | { readonly type: 'saveRun' })[] = [];
  let emit: (event: TrainingEvent) => void = () => undefined;
  const session = new PageSession({
    createTrainer: () => ({
      send: (command) => commands.push(command),
      subscribe: (listener) => {
        emit = listener;
        return () => undefined;
      },
      keepNow: async () => true,
      saveRun: async () => {
        commands.push({ type: 'saveRun' });
        return new ArrayBuffer(1);
      },
      dispose: () => undefined,
    }),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
    ...options,
  });
  session.open();
  const types = () => commands.map(({ type }) => type);
  return { session, commands, types, emit: (event: TrainingEvent) => emit(event) };
}

const noted = (name: string, colourIndex: number, config = residual) => ({
  ...{
    tabKey: `key-${colourIndex}`,
    name,
    colourIndex,
    config,
    isNamed: false,
    libraryId: `kept-${colourIndex}`,
    storedStep: 11,
    startId: `start-${colourIndex}`,
    kernelCode: null,
    expectedSha256: null,
    draft: null,
  },
});

const before: TabState = {
  ...{ isTraining: true, stepsDone: 30, lineage: 'own', view: 'runs', linked: false, selected: 1 },
  experiment: null,
  runs: [noted('ResNet-20', 0), noted('Plain-20', 1, plain)],
};

type Found = Extract<TrainingEvent, { type: 'checkpointFound' }>;

const offer = (lineage: string): Found => ({
  ...notFound(null),
  offer: { lineage, savedAtMs: 0, bytes: 1, runs: [], damaged: null },
});

const notFound = (own: Found['own']): Found => {
  return { type: 'checkpointFound', offer: null, own, unreadable: [] };
};

function resumedRun(id: string, name: string, colourIndex: number, config = residual): ResumedRun {
  const names = layerNames(buildGraph(config.model));
  const history = new RunHistory(names).state;
  const status = {
    status: 'live',
    divergence: null,
    finalWeights: null,
    step: 25,
    marks: [],
  } as const;
  const startId = `start-${colourIndex}`;
  return { id, startId, name, colourIndex, config, ...names, history, ...status };
}

const resumed = (...runs: ResumedRun[]) =>
  ({
    type: 'resumed',
    savedAtMs: 0,
    ofOffer: true,
    otherAdapter: null,
    otherKernels: false,
    runs,
  }) as const;

it('takes up its own checkpoint after a reload and trains on', () => {
  const { session, types, commands, emit } = opened({ before });
  const { store } = session;
  expect(store.getState().runs.map(({ name }) => name)).toEqual(['ResNet-20', 'Plain-20']);
  emit(READY);
  expect(types()).toEqual(['open']);
  emit(offer('own'));
  expect(types()).toEqual(['open', 'resume']);
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  expect(commands.at(-1)).toEqual({ type: 'train' });
  expect(store.getState()).toMatchObject({
    ...{ view: 'runs', linked: false, selected: 'r2' },
    // It had got further than the checkpoint.
    reload: { kind: 'resumed', reached: 30, from: 25 },
    runs: [
      { id: 'r1', libraryId: 'kept-0', tabKey: 'key-0' },
      { id: 'r2', libraryId: 'kept-1', tabKey: 'key-1' },
    ],
  });
});

it('keeps to the networks that a lesson began with, whatever the address has by now', () => {
  const { session, emit } = opened({ before: { ...before, networks: '["the pair"]' } });
  emit(READY);
  expect(session.store.getState().address.networks).toBe('["the pair"]');
  emit(offer('own'));
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  expect(tabStateOf(session.store.getState())?.networks).toBe('["the pair"]');
});

it('adds a run that is newer than the checkpoint', () => {
  const { session, commands, emit } = opened({
    before: { ...before, isTraining: false, runs: [...before.runs, noted('Third', 2)] },
  });
  emit(READY);
  emit(offer('own'));
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  const last = commands.at(-1);
  if (last?.type !== 'setRuns') throw new Error('the third run was not sent');
  expect(last.runs.map(({ view }) => view?.name)).toEqual(['ResNet-20', 'Plain-20', 'Third']);
  expect(session.store.getState().runs).toHaveLength(3);
});

it('takes no run of the checkpoint for one that was restarted or replaced since', () => {
  const [first, second] = before.runs;
  if (first === undefined || second === undefined) throw new Error('no pair');
  const restarted = { ...second, startId: 'later', config: { ...plain, version: 1 as const } };
  const { session, commands, emit } = opened({ before: { ...before, runs: [first, restarted] } });
  emit(READY);
  emit(offer('own'));
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1)));
  expect(session.store.getState().runs).toMatchObject([
    { id: 'r1', startId: 'start-0' },
    { id: 'before-1', startId: null, config: plain },
  ]);
  const sent = commands.find(({ type }) => type === 'setRuns');
  expect(sent).toMatchObject({ runs: [{ id: 'r1' }, { id: 'before-1', config: plain }] });
  expect(commands.at(-1)).toEqual({ type: 'train' });
});

it('tells a checkpoint’s runs by name and colour where it is of an earlier version', () => {
  const { session, emit } = opened({ before: { ...before, stepsDone: 25 } });
  emit(READY);
  emit(offer('own'));
  const run = resumedRun('r1', 'ResNet-20', 0);
  emit(resumed({ ...run, startId: undefined }));
  expect(session.store.getState()).toMatchObject({
    runs: [{ id: 'r1' }, { id: 'before-1' }],
    reload: { kind: 'none' },
  });
});

it.each(['missing', 'elsewhere', 'unreadable'] as const)(
  'brings the settings back where the checkpoint is %s, and what the runs do is stored anew',
  (own) => {
    const { session, types, emit } = opened({ before });
    emit(READY);
    emit(notFound(own));
    expect(types()).toEqual(['open', 'setRuns']);
    const { reload, runs } = session.store.getState();
    expect(reload).toEqual({ kind: 'settingsOnly', stepsLost: 30, why: own });
    expect(runs.map(({ libraryId }) => libraryId)).not.toContain('kept-0');
    // What is found besides is only offered.
    emit(offer('other'));
    expect(types()).toEqual(['open', 'setRuns']);
    expect(session.store.getState().checkpoint.offer?.lineage).toBe('other');
  },
);

it('after a crash of the worker, another one goes on from the checkpoint', () => {
  const { session, commands, emit } = opened();
  emit(READY);
  emit({ type: 'trainingBegun', lineage: 'own' });
  const [a, b] = session.store.getState().runs;
  if (a === undefined || b === undefined) throw new Error('no pair');
  emit({ type: 'checkpointKept', lineage: 'own', savedAtMs: 0, step: 25, bytes: 1 });
  emit({ type: 'state', state: 'training' });
  session.store.setState(({ runs }) => ({
    stepsDone: 30,
    runs: runs.map((run) => ({ ...run, startId: `start-${run.colourIndex}` })),
  }));
  emit({ type: 'failed', message: 'out of memory' });
  commands.length = 0;
  session.open();
  expect(commands).toMatchObject([{ type: 'open', lineage: 'own' }]);
  emit(READY);
  emit(offer('own'));
  emit(resumed(resumedRun('r1', a.name, 0, a.config), resumedRun('r2', b.name, 1, b.config)));
  expect(commands.map(({ type }) => type)).toEqual(['open', 'resume', 'train']);
  expect(session.store.getState()).toMatchObject({
    runs: [{ id: 'r1', libraryId: a.libraryId }, { id: 'r2' }],
    reload: { kind: 'resumed', reached: 30, from: 25 },
    failure: null,
  });
});

it('brings an experiment back as it stood, with its arms', () => {
  const experiment: TabState['experiment'] = {
    ...{ id: 'degradation', size: 'tiny', without: ['deep'], status: 'running', note: null },
    live: { deep: 1, shallow: 0 },
    unread: ['first'],
  };
  const { session, emit } = opened({ before: { ...before, experiment } });
  const { store } = session;
  expect(store.getState().experiment?.live).toEqual({ deep: 'before-1', shallow: 'before-0' });
  emit(READY);
  emit(offer('own'));
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  const now = { ...experiment, live: { deep: 'r2', shallow: 'r1' } };
  expect(store.getState().experiment).toMatchObject({ ...now, unread: ['first'], results: {} });
  expect(tabStateOf(store.getState())?.experiment).toEqual(experiment);
});

it('trains on where it had not made its first step yet', () => {
  const { session, types, emit } = opened({ before: { ...before, stepsDone: 0, lineage: null } });
  emit(READY);
  expect(types()).toEqual(['open', 'setRuns', 'train']);
  expect(session.store.getState().reload).toEqual({ kind: 'none' });
});

it('says nothing of steps where none had been made', () => {
  const { session, types, emit } = opened({
    before: { ...before, isTraining: false, stepsDone: 0, lineage: null },
  });
  emit(READY);
  expect(types()).toEqual(['open', 'setRuns']);
  expect(session.store.getState().reload).toEqual({ kind: 'none' });
});

it('notes a training that has made no step where a run has weights of a file, and says where they are gone', () => {
  const { session, emit } = opened();
  emit(READY);
  emit({ type: 'trainingBegun', lineage: 'a' });
  const [{ id } = { id: '' }] = session.store.getState().runs;
  emit({ type: 'weightsLoaded', id, source: 'trained.pth', startId: 's' });
  const tab = tabStateOf(session.store.getState());
  expect(tab).toMatchObject({ stepsDone: 0, lineage: 'a' });
  if (tab === null) throw new Error('nothing to restore');
  const second = opened({ before: { ...tab, isTraining: true } });
  second.emit(READY);
  expect(second.types()).toEqual(['open']);
  second.emit(notFound('missing'));
  expect(second.types()).toEqual(['open', 'setRuns']);
  const { reload } = second.session.store.getState();
  expect(reload).toEqual({ kind: 'settingsOnly', stepsLost: 0, why: 'missing' });
});

it('takes a run of an offered checkpoint for the one on the page that looks the same, and no other', () => {
  const { session, emit } = opened();
  session.replaceRuns([{ config: residual }, { config: plain }]);
  emit(READY);
  emit(offer('earlier'));
  emit(resumed(resumedRun('r1', 'ResNet-20', 3), resumedRun('r2', 'Plain-20', 1, plain)));
  const keys = session.store.getState().runs.map(({ tabKey }) => tabKey);
  expect(keys).toEqual([expect.not.stringMatching(/^[01]$/), '1']);
});

it('reads back the state it stored, under the keys of old, and nothing else', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const area = { use: 'tab', storage: () => storage } as const;
  expect(readTabState(area)).toBeNull();
  writeTabState(before, area);
  expect(readTabState(area)).toEqual(before);
  expect(JSON.parse(items.get('tab') ?? '')).toMatchObject({
    version: 1,
    runs: [{ slot: 0, keptId: 'kept-0', kernels: null }, { slot: 1 }],
  });
  const early = JSON.parse(items.get('tab') ?? '');
  items.set('tab', JSON.stringify({ ...early, lineage: 1763788923123 }));
  expect(readTabState(area)?.lineage).toBe('1763788923123');
  const unnamed = early.runs.map(({ tabKey: _, ...run }: { tabKey: string }) => run);
  items.set('tab', JSON.stringify({ ...early, runs: unnamed }));
  expect(readTabState(area)?.runs.map(({ tabKey }) => tabKey)).toEqual(['0', '1']);
  items.set('tab', '{"version":1,"runs":[]}');
  expect(readTabState(area)).toBeNull();
  items.set('tab', '{');
  expect(readTabState(area)).toBeNull();
});

it('notes the training under way, and hears no late checkpoint of the one before', () => {
  const { session, emit } = opened();
  emit(READY);
  const { store } = session;
  emit({ type: 'trainingBegun', lineage: 'a' });
  expect(tabStateOf(store.getState())).toMatchObject({ stepsDone: 0, lineage: null });
  const kept = { type: 'checkpointKept', lineage: 'a', savedAtMs: 0, step: 1, bytes: 1 } as const;
  emit(kept);
  store.setState({ stepsDone: 1 });
  expect(tabStateOf(store.getState())?.lineage).toBe('a');
  session.reset();
  emit({ type: 'trainingBegun', lineage: 'b' });
  emit(kept);
  expect(store.getState().checkpoint.kept).toBeNull();
  store.setState({ stepsDone: 1 });
  expect(tabStateOf(store.getState())?.lineage).toBe('b');
});

it('comes back where a page stands in its own place, and only there', () => {
  expect(isReturn({ type: 'reload' }, false)).toBe(true);
  expect(isReturn({ type: 'back_forward' }, false)).toBe(true);
  expect(isReturn({ type: 'navigate' }, false)).toBe(false);
  expect(isReturn({ type: 'navigate' }, true)).toBe(true);
  expect(isReturn(undefined, false)).toBe(false);
});

it('saves what finishes, is reset or removed after training, and no mere trial', async () => {
  vi.useFakeTimers();
  const saved: string[] = [];
  const { session, commands, emit } = opened({
    openLibrary: async () => ({ save: async ({ id }) => saved.push(id) > 0 }),
  });
  emit(READY);
  const [a, b] = session.store.getState().runs;
  if (a === undefined || b === undefined) throw new Error('no pair');
  for (const { id, config } of [a, b]) {
    const names = layerNames(buildGraph(config.model));
    const costs = {
      gpuBytes: 1,
      microBatchSize: 8,
      dispatchesPerStep: 1,
      compileMs: 1,
      kernelCode: null,
    };
    emit({ type: 'prepared', id, ...names, ...costs, tiles: {}, weightsFrom: null, startId: 's' });
  }
  const train = (id: string, count: number) => {
    const { parameterNames, activationNames } = session.history(id);
    const norms = new Float32Array(count * parameterNames.length);
    session.history(id).append({
      step: Uint32Array.from({ length: count }, (_, i) => i),
      loss: new Float32Array(count),
      accuracy: new Float32Array(count),
      learningRate: new Float32Array(count),
      elapsedMs: new Float64Array(count),
      ...{ gradNorm: norms, weightNorm: norms, updateNorm: norms },
      activationStd: new Float32Array(count * activationNames.length),
    });
  };
  const answer = async () => {
    await vi.advanceTimersByTimeAsync(1);
    return saved.splice(0);
  };
  train(a.id, 12);
  train(b.id, 3);
  session.reset();
  expect(commands.map(({ type }) => type).slice(-2)).toEqual(['saveRun', 'reset']);
  expect(await answer()).toEqual([a.libraryId]);
  // What it does from now on is another run.
  const again = session.store.getState().runs[0]?.libraryId;
  expect(again).not.toBe(a.libraryId);
  train(a.id, 12);
  emit({
    type: 'finished',
    id: a.id,
    step: 12,
    finalWeights: { sha256: 'a'.repeat(64), arithmetic: null, replay: null },
  });
  expect(await answer()).toEqual([again]);
  // It is stored as it is.
  session.removeRun(a.id);
  expect(await answer()).toEqual([]);
  vi.useRealTimers();
});
