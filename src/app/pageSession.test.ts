import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import { RunHistory } from '../training/history.ts';
import type { Command } from '../training/protocol/commands.ts';
import type { TrainingEvent } from '../training/protocol/events.ts';
import { BuilderSession } from './builderSession.ts';
import { PageSession } from './pageSession.ts';

const adapter = { name: 'Test', vendor: '', architecture: '', isSoftware: true };
const ready = {
  type: 'ready',
  engine: 'webgpu',
  passedOver: [],
  compared: null,
  remark: null,
  adapter,
  gflops: 0.5,
  maxBufferBytes: 1e9,
  noHalfPrecision: null,
  arithmetics: [],
} as const;

const preparedRun = {
  type: 'prepared',
  parameterNames: [],
  activationNames: [],
  gpuBytes: 1,
  microBatchSize: 8,
  dispatchesPerStep: 1,
  compileMs: 1,
  tiles: {},
  kernelCode: null,
  weightsFrom: null,
  startId: 's',
} as const;

/** A finished run without measurements, as its file had it. */
const revivedRun = (id: string, config: RunConfig) => ({
  ...{ id, config, startId: 's', name: 'ResNet-20', colourIndex: 0, originalConfig: undefined },
  ...{ status: 'finished' as const, divergence: null, step: 2, marks: [], finalWeights: null },
  ...{ parameterNames: [], activationNames: [] },
  history: new RunHistory({ parameterNames: [], activationNames: [] }).state,
});

/** A session on a worker that is played by the test. */
function opened() {
  const commands: Command[] = [];
  let listener: (event: TrainingEvent) => void = () => undefined;
  const saved: { name: string; content: ArrayBuffer | string | readonly string[] }[] = [];
  const session = new PageSession({
    createTrainer: () => ({
      send: (command) => commands.push(command),
      subscribe: (given) => {
        listener = given;
        return () => undefined;
      },
      saveRun: async () => new ArrayBuffer(4),
      keepNow: async () => true,
      dispose: () => undefined,
    }),
    baseUrl: 'http://localhost/',
    saveFile: (name, _type, content) => saved.push({ name, content }),
  });
  session.open();
  const emit = (event: TrainingEvent) => listener(event);
  emit(ready);
  const state = () => session.store.getState();
  const [residual, plain] = state().runs;
  if (residual === undefined || plain === undefined) throw new Error('no pair');
  const namesOf = ({ model }: RunConfig) => buildGraph(model).parameters.map(({ name }) => name);
  for (const { id, config } of state().runs) {
    const parameterNames = namesOf(config);
    emit({ ...preparedRun, id, parameterNames });
  }
  const steps = (id: string, from: number, count: number, restart?: number) => {
    const { parameterNames } = session.history(id);
    emit({
      type: 'metrics',
      restart,
      batch: {
        id,
        step: Uint32Array.from({ length: count }, (_, i) => from + i),
        loss: new Float32Array(count).fill(2),
        accuracy: new Float32Array(count),
        learningRate: new Float32Array(count).fill(0.1),
        elapsedMs: new Float64Array(count),
        gradNorm: new Float32Array(count * parameterNames.length).fill(1),
        weightNorm: new Float32Array(count * parameterNames.length).fill(10),
        updateNorm: new Float32Array(count * parameterNames.length).fill(0.1),
        activationStd: new Float32Array(0),
      },
      imagesPerSecond: 10,
      stepMs: 3,
    });
    vi.advanceTimersByTime(300);
  };
  const last = <T extends Command['type']>(type: T) =>
    commands.findLast((command): command is Extract<Command, { type: T }> => command.type === type);
  return {
    session,
    builder: new BuilderSession(session),
    commands,
    emit,
    state,
    steps,
    last,
    residual,
    plain,
    saved,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Session', () => {
  it('opens with a residual net and its plain twin', () => {
    const { state, last } = opened();
    expect(state().runs.map(({ name }) => name)).toEqual(['ResNet-20', 'Plain-20']);
    expect(last('setRuns')?.runs.map(({ config }) => config.model.shortcuts)).toEqual([
      true,
      false,
    ]);
  });

  it('drops what runs measured before they were restarted, and that alone', () => {
    const { session, state, steps, emit, last, residual, plain } = opened();
    for (const { id } of [residual, plain]) steps(id, 0, 60);
    session.reset();
    const restart = last('reset')?.restart;
    expect(restart).toBe(1);
    // The worker has trained on until it got to the reset.
    for (const { id } of [residual, plain]) steps(id, 60, 5);
    const { sha256, ...how } = { sha256: 'a'.repeat(64), arithmetic: null, replay: null };
    emit({ type: 'finished', id: plain.id, step: 65, finalWeights: { sha256, ...how } });
    emit({
      type: 'evaluated',
      id: plain.id,
      step: 65,
      loss: 1,
      accuracy: 1,
      images: 1,
      restart: 0,
    });
    for (const { id } of [residual, plain]) emit({ type: 'reset', id, startId: 'later' });
    expect(state().stepsDone).toBe(0);
    for (const { id } of [residual, plain]) steps(id, 0, 2, restart);
    expect(state().stepsDone).toBe(2);

    // One run is edited; the other goes on.
    const { config } = plain;
    const edited = { ...config, training: { ...config.training, seed: 9 } };
    session.store.setState(({ runs }) => ({
      runs: runs.map((run) => (run.id === plain.id ? { ...run, config: edited } : run)),
    }));
    session.syncRuns();
    expect(last('setRuns')?.restart).toBe(2);
    for (const { id } of [residual, plain]) steps(id, 2, 3, restart);
    expect(session.history(residual.id).latest?.step).toBe(4);
    expect(session.history(plain.id).latest).toBeNull();
    expect(state().runs.map(({ evaluation, finished }) => [evaluation, finished])).toEqual([
      [null, false],
      [null, false],
    ]);
  });

  it('saves an exported network and says so, or says why not', () => {
    const { session, state, saved, emit, last, residual } = opened();
    const choice = { format: 'onnx', naming: 'torchvision', input: 'pixels' } as const;
    session.queries.exportNetwork(residual.id, choice);
    expect(last('exportWeights')).toEqual({ type: 'exportWeights', id: residual.id, choice });
    const bytes = new ArrayBuffer(7);
    emit({ type: 'weights', id: residual.id, step: 0, fileName: 'net.onnx', bytes });
    expect(saved).toEqual([{ name: 'net.onnx', content: bytes }]);
    expect(state().exported).toEqual({ id: residual.id, fileName: 'net.onnx', bytes: 7 });
    session.queries.exportNetwork(residual.id, choice);
    expect(state().exported).toBeNull();
    emit({ type: 'exportFailed', id: residual.id, message: 'not so' });
    expect(state().exported).toEqual({ id: residual.id, error: 'not so' });
  });

  it('counts steps and draws at most every 250 ms', () => {
    const { state, steps, residual } = opened();
    const before = state().version;
    steps(residual.id, 0, 3);
    expect(state().stepsDone).toBe(3);
    expect(state().throughput).toEqual({ imagesPerSecond: 10, stepMs: 3 });
    expect(state().version).toBe(before + 1);
  });

  it('forgets everything measured on reset, and takes late steps of before for what they are', () => {
    const { session, state, steps, residual } = opened();
    steps(residual.id, 0, 5);
    session.reset();
    expect(state().stepsDone).toBe(0);
    steps(residual.id, 5, 1);
    steps(residual.id, 0, 1);
    expect(session.history(residual.id).length).toBe(1);
    expect(state().stepsDone).toBe(1);
  });

  it('cuts the history at the step that a run is restored to', () => {
    const { session, emit, steps, residual } = opened();
    steps(residual.id, 0, 10);
    const { config, id } = residual;
    emit({ type: 'restored', id, status: 'live', step: 4, label: 'back', config });
    expect(session.history(id).length).toBe(4);
  });

  it('adds and removes runs, the others staying as they are', () => {
    const { session, state, steps, last, residual, plain } = opened();
    steps(plain.id, 0, 2);
    const id = session.addRun(residual.config);
    expect(state().runs.map(({ name, colourIndex }) => [name, colourIndex])).toEqual([
      ['ResNet-20', 0],
      ['Plain-20', 1],
      ['ResNet-20 (2)', 2],
    ]);
    expect(last('setRuns')?.runs).toHaveLength(3);
    session.removeRun(residual.id);
    expect(last('setRuns')?.runs.map((run) => run.id)).toEqual([plain.id, id]);
    expect(session.history(plain.id).length).toBe(2);
    session.addRun(plain.config);
    session.addRun(plain.config);
    expect(session.addRun(plain.config)).toBeNull();
  });

  it('brings a removed run back to its place, and all runs after a reset', async () => {
    const { session, state, steps, last, residual, plain, emit } = opened();
    for (const { id } of [residual, plain]) steps(id, 0, 2);
    session.removeRun(residual.id);
    expect(state().runs.map(({ id }) => id)).toEqual([plain.id]);
    expect(state().undoable?.what).toBe('ResNet-20 removed');
    await session.undo.undo();
    expect(state()).toMatchObject({ undoable: null, selected: residual.id });
    expect(state().runs.map(({ id, colourIndex }) => [id, colourIndex])).toEqual([
      [residual.id, 0],
      [plain.id, 1],
    ]);
    const runs = last('setRuns')?.runs ?? [];
    expect(runs.map(({ id, from }) => [id, from?.byteLength])).toEqual([
      [residual.id, 4],
      [plain.id, undefined],
    ]);
    emit({ type: 'revived', run: revivedRun(residual.id, residual.config) });
    emit({ type: 'undone', undo: last('setRuns')?.undo ?? 0, whyNot: null });
    expect(state().runs[0]).toMatchObject({ name: 'ResNet-20', finished: true, startId: 's' });

    session.reset();
    expect(state().stepsDone).toBe(0);
    await session.undo.undo();
    expect(last('setRuns')?.runs.map(({ from }) => from?.byteLength)).toEqual([4, 4]);
    // What they measured meanwhile is void.
    expect(last('setRuns')?.restart).toBe(3);
  });

  it('sends a run once more that was refused when it was to come back, and the others without it', async () => {
    const { session, state, steps, last, residual, plain, emit } = opened();
    for (const { id } of [residual, plain]) steps(id, 0, 2);
    session.removeRun(residual.id);
    await session.undo.undo();
    // Another engine has the runs that the worker had.
    emit({ ...preparedRun, id: residual.id });
    const undo = last('setRuns')?.undo ?? 0;
    const added = session.addRun(plain.config) ?? '';
    expect(last('setRuns')).toMatchObject({ revision: 0, undo: undefined });
    emit({ type: 'undone', undo, whyNot: 'Too large.' });
    expect(state().runs.map(({ id }) => id)).toEqual([plain.id, added]);
    expect(state().fieldErrors).toEqual({});
    // The run that was added came with the one that was refused.
    expect(last('setRuns')).toMatchObject({
      ...{ revision: 1, undo: undefined },
      runs: [{ id: plain.id }, { id: added }],
    });
    expect(session.history(plain.id).length).toBe(2);
    await session.undo.undo();
    expect(last('setRuns')?.runs.map(({ id, from }) => [id, from?.byteLength])).toEqual([
      [residual.id, 4],
      [plain.id, undefined],
      [added, undefined],
    ]);
  });

  it('shows the runs again that the worker keeps where it refuses those that were set aside', async () => {
    const { session, state, steps, last, residual, plain, emit } = opened();
    steps(plain.id, 0, 2);
    const own = [{ ...residual, id: 'own' }];
    await session.undo.bringBack('The tour has ended', own, new Map([['own', new ArrayBuffer(4)]]));
    expect(state().runs.map(({ id }) => id)).toEqual(['own']);
    emit({ type: 'undone', undo: last('setRuns')?.undo ?? 0, whyNot: 'It can’t be read.' });
    expect(state().runs.map(({ id }) => id)).toEqual([residual.id, plain.id]);
    expect(session.history(plain.id).length).toBe(2);
    await session.undo.undo();
    expect(last('setRuns')?.runs.map(({ id }) => id)).toEqual(['own']);
    emit({ type: 'revived', run: revivedRun('own', residual.config) });
    emit({ type: 'undone', undo: last('setRuns')?.undo ?? 0, whyNot: null });
    expect(state()).toMatchObject({ undoable: null, runs: [{ id: 'own', finished: true }] });
  });

  it('saves weights under the name that the worker gives', () => {
    const { emit, residual, saved } = opened();
    const bytes = new ArrayBuffer(4);
    emit({ type: 'weights', id: residual.id, step: 1, fileName: 'x.safetensors', bytes });
    expect(saved).toEqual([{ name: 'x.safetensors', content: bytes }]);
  });
});

describe('BuilderSession', () => {
  it('builds edits of untrained runs at once, twins alike', () => {
    const { builder, state, last } = opened();
    builder.edit({ model: { stageDepths: [1, 1, 1], shortcuts: true } });
    vi.advanceTimersByTime(400);
    expect(last('setRuns')?.runs.map(({ config }) => config.model.stageDepths)).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(state().runs.map(({ name }) => name)).toEqual(['ResNet-8', 'Plain-8']);
  });

  it('keeps edits of trained runs until told to start again', () => {
    const { builder, state, steps, last, residual, commands } = opened();
    steps(residual.id, 0, 2);
    const sent = last('setRuns');
    builder.edit({ training: { batchSize: 64 } });
    vi.advanceTimersByTime(400);
    expect(last('setRuns')).toBe(sent);
    expect(state().runs.every(({ draft }) => draft?.training.batchSize === 64)).toBe(true);
    builder.applyDrafts();
    expect(last('setRuns')?.runs[0]?.config.training.batchSize).toBe(64);
    expect(commands.at(-1)?.type).toBe('reset');
    expect(state().stepsDone).toBe(0);
  });

  it('goes on with more steps, and starts again only for fewer than were made', () => {
    const { builder, state, steps, commands, emit, residual, plain } = opened();
    for (const { id } of [residual, plain]) steps(id, 0, 40);
    const how = { arithmetic: null, replay: null };
    for (const { id } of [residual, plain]) {
      emit({ type: 'finished', id, step: 40, finalWeights: { sha256: 'a', ...how } });
    }
    commands.length = 0;
    builder.trainLonger(1000);
    const sent = residual.config.training.steps + 1000;
    const change = { kind: 'steps', steps: sent };
    expect(commands).toEqual([
      { type: 'change', id: residual.id, change },
      { type: 'change', id: plain.id, change },
      { type: 'train' },
    ]);
    for (const { id, config } of state().runs) {
      const longer = { ...config, training: { ...config.training, steps: sent } };
      emit({ type: 'changed', id, status: 'live', step: 40, label: '', config: longer });
    }
    expect(state().runs).toMatchObject([
      { finished: false, pending: [], markers: [], draft: null },
      { finished: false, pending: [], markers: [], draft: null },
    ]);
    builder.edit({ training: { steps: 39 } });
    expect(state().runs.map(({ draft }) => draft?.training.steps)).toEqual([39, 39]);
    builder.edit({ training: { steps: 40 } });
    expect(state().runs.map(({ draft }) => draft)).toEqual([null, null]);
    expect(commands.at(-1)).toMatchObject({ type: 'change', change: { kind: 'steps', steps: 40 } });
    // Nothing that no run can have is sent.
    commands.length = 0;
    builder.edit({ training: { steps: 0.5 } });
    expect(commands).toEqual([]);
    expect(Object.keys(state().fieldErrors)).toEqual(['training.steps']);
  });

  it('sends nothing that cannot be built, and says which field is wrong', () => {
    const { builder, state, last } = opened();
    const sent = last('setRuns');
    builder.edit({ model: { stageDepths: [3, 3] } });
    vi.advanceTimersByTime(400);
    expect(last('setRuns')).toBe(sent);
    expect(Object.keys(state().fieldErrors)).toEqual(['model.stageDepths']);
    builder.discardDrafts();
    expect(state().fieldErrors).toEqual({});
    expect(state().runs.every(({ draft }) => draft === null)).toBe(true);
  });

  it('switches shortcuts between steps once trained, by a new network before', () => {
    const { builder, state, steps, last, plain } = opened();
    builder.change(plain.id, { kind: 'shortcuts', on: true });
    expect(last('change')).toBeUndefined();
    expect(last('setRuns')?.runs[1]?.config.model.shortcuts).toBe(true);
    expect(state().runs[1]?.name).toBe('Plain-20 (now residual)');
    steps(plain.id, 0, 1);
    builder.change(plain.id, { kind: 'blockShortcut', block: 'layer1.0', on: false });
    expect(last('change')?.change).toEqual({ kind: 'blockShortcut', block: 'layer1.0', on: false });
    expect(state().runs[1]?.pending).toHaveLength(1);
  });
});
