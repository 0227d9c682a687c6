import { expect, it, vi } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { layerNames } from '../model/layerNames.ts';
import { presetConfig } from '../model/presets.ts';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { RunHistory } from '../training/history.ts';
import type { Command, ResumedRun, TrainingEvent } from '../training/protocol.ts';
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
    name,
    colourIndex,
    config,
    isNamed: false,
    libraryId: `kept-${colourIndex}`,
    kernelCode: null,
    expectedSha256: null,
    draft: null,
  },
});

const before: TabState = {
  ...{ isTraining: true, stepsDone: 30, lineage: 7, view: 'runs', linked: false, selected: 1 },
  experiment: null,
  runs: [noted('ResNet-20', 0), noted('Plain-20', 1, plain)],
};

const offer = (lineage: number) => ({
  type: 'checkpointFound' as const,
  offer: { lineage, savedAtMs: 0, bytes: 1, runs: [], damaged: null },
});

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
  return { id, name, colourIndex, config, ...names, history, ...status };
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
  emit(offer(7));
  expect(types()).toEqual(['open', 'resume']);
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  expect(commands.at(-1)).toEqual({ type: 'train' });
  expect(store.getState()).toMatchObject({
    ...{ view: 'runs', linked: false, selected: 'r2', reload: { kind: 'none' } },
    runs: [
      { id: 'r1', libraryId: 'kept-0' },
      { id: 'r2', libraryId: 'kept-1' },
    ],
  });
});

it('adds a run that is newer than the checkpoint', () => {
  const { session, commands, emit } = opened({
    before: { ...before, isTraining: false, runs: [...before.runs, noted('Third', 2)] },
  });
  emit(READY);
  emit(offer(7));
  emit(resumed(resumedRun('r1', 'ResNet-20', 0), resumedRun('r2', 'Plain-20', 1, plain)));
  const last = commands.at(-1);
  if (last?.type !== 'setRuns') throw new Error('the third run was not sent');
  expect(last.runs.map(({ view }) => view?.name)).toEqual(['ResNet-20', 'Plain-20', 'Third']);
  expect(session.store.getState().runs).toHaveLength(3);
});

it.each([
  ['of another tab is offered', offer(8)],
  ['can’t be found', { type: 'checkpointFound', offer: null } as const],
])('brings the settings back where a checkpoint %s', (_, event) => {
  const { session, types, emit } = opened({ before });
  emit(READY);
  emit(event);
  expect(types()).toEqual(['open', 'setRuns']);
  expect(session.store.getState().reload).toEqual({ kind: 'settingsOnly', stepsLost: 30 });
});

it('says nothing of steps where none had been made', () => {
  const { session, types, emit } = opened({ before: { ...before, stepsDone: 0, lineage: null } });
  emit(READY);
  expect(types()).toEqual(['open', 'setRuns']);
  expect(session.store.getState().reload).toEqual({ kind: 'none' });
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
  items.set('tab', '{"version":1,"runs":[]}');
  expect(readTabState(area)).toBeNull();
  items.set('tab', '{');
  expect(readTabState(area)).toBeNull();
});

it('marks a checkpoint only as long as it is of the training that goes on', () => {
  const { session, emit } = opened();
  emit(READY);
  const [first] = session.store.getState().runs;
  if (first === undefined) throw new Error('no run');
  expect(tabStateOf(session.store.getState())).toMatchObject({ stepsDone: 0, lineage: null });
  emit({ type: 'checkpointKept', lineage: 9, savedAtMs: 0, step: 1, bytes: 1 });
  session.store.setState({ stepsDone: 1 });
  expect(tabStateOf(session.store.getState())?.lineage).toBe(9);
  session.reset();
  session.store.setState({ stepsDone: 1 });
  expect(tabStateOf(session.store.getState())?.lineage).toBeNull();
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
    openLibrary: async () => ({ save: async ({ id }) => void saved.push(id) }),
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
    emit({ type: 'prepared', id, ...names, ...costs, tiles: {}, weightsFrom: null });
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
  session.removeRun(a.id);
  expect(await answer()).toEqual([again]);
  vi.useRealTimers();
});
