import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { layerNames } from '../../model/layerNames.ts';
import { applyChange, nextChange, withoutChange } from '../../training/changes.ts';
import type { Command } from '../../training/protocol/commands.ts';
import type { TrainingEvent } from '../../training/protocol/events.ts';
import { PageSession } from '../pageSession.ts';
import { ExperimentRunner } from './runner.ts';
import { offered } from './state.ts';
import { memoryStore } from './store.ts';

const info = {
  origin: 'mirror',
  title: 'CIFAR-10',
  isCifar10: true,
  dataset: 'cifar10',
  sha256: null,
  citation: null,
  classNames: [],
  train: 64,
  test: 16,
  unavailable: [],
} as const;

/** A session on a worker that trains at once, ends, and tests. */
function opened() {
  const commands: Command[] = [];
  let listener: (event: TrainingEvent) => void = () => undefined;
  const session = new PageSession({
    createTrainer: () => ({
      send: (command) => commands.push(command),
      subscribe: (given) => {
        listener = given;
        return () => undefined;
      },
      saveRun: async () => null,
      keepNow: async () => true,
      dispose: () => undefined,
    }),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  session.open();
  const emit = (event: TrainingEvent) => listener(event);
  const adapter = { name: 'Test', vendor: '', architecture: '', isSoftware: true };
  emit({
    type: 'ready',
    engine: 'webgpu',
    passedOver: [],
    compared: null,
    remark: null,
    adapter,
    gflops: 1,
    maxBufferBytes: 1e9,
    noHalfPrecision: null,
    arithmetics: [],
  });
  const progress = {
    trainImages: 64,
    testImages: 16,
    bytesFetched: 0,
    bytesFromCache: 0,
    done: true,
  };
  emit({ type: 'data', info, progress, cachedBytes: 0, again: null });

  const runs = () => session.store.getState().runs;
  const prepare = () => {
    for (const { id, config } of runs()) {
      const names = layerNames(buildGraph(config.model));
      const summary = { gpuBytes: 1, microBatchSize: 8, dispatchesPerStep: 1, compileMs: 1 };
      emit({
        type: 'prepared',
        id,
        ...names,
        ...summary,
        tiles: {},
        kernelCode: null,
        weightsFrom: null,
        startId: 's',
      });
    }
    emit({ type: 'state', state: 'training' });
  };
  const train = (from: number, count: number) => {
    for (const { id } of runs()) {
      const { parameterNames, activationNames } = session.history(id);
      const parameters = parameterNames.length;
      const batch = {
        id,
        step: Uint32Array.from({ length: count }, (_, i) => from + i),
        loss: new Float32Array(count).fill(2),
        accuracy: new Float32Array(count).fill(0.25),
        learningRate: new Float32Array(count).fill(0.1),
        elapsedMs: Float64Array.from({ length: count }, (_, i) => 10 * (from + i + 1)),
        gradNorm: new Float32Array(count * parameters).fill(1),
        weightNorm: new Float32Array(count * parameters).fill(10),
        updateNorm: new Float32Array(count * parameters).fill(0.1),
        activationStd: new Float32Array(count * activationNames.length).fill(1),
      };
      emit({ type: 'metrics', batch, imagesPerSecond: 10, stepMs: 10 });
    }
    vi.advanceTimersByTime(300);
  };
  const end = (isTested = true) => {
    for (const { id, config } of runs()) {
      const { steps } = config.training;
      emit({
        type: 'finished',
        id,
        step: steps,
        finalWeights: { sha256: 'a'.repeat(64), arithmetic: null, replay: null },
      });
      if (isTested)
        emit({ type: 'evaluated', id, step: steps, loss: 2, accuracy: 0.5, images: 16 });
    }
    emit({ type: 'state', state: 'paused' });
  };
  const state = () => session.store.getState().experiment;
  return { session, commands, emit, runs, prepare, train, end, state };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('puts the arms in place of the runs, trains them and keeps what came out', async () => {
  const page = opened();
  const store = memoryStore();
  const runner = new ExperimentRunner(page.session, store);
  await runner.start('degradation', 'tiny', false);
  expect(page.runs().map(({ name }) => name)).toEqual([
    'Plain-6',
    'Plain-10',
    'ResNet-6',
    'ResNet-10',
  ]);
  expect(page.commands.slice(-2).map(({ type }) => type)).toEqual(['setRuns', 'train']);
  page.prepare();
  page.train(0, 4);
  expect(page.state()?.status).toBe('running');
  page.end();
  expect(page.state()?.status).toBe('finished');
  const result = page.state()?.results['plain-deep'];
  expect(result).toMatchObject({ steps: 4, name: 'Plain-10', divergedAt: null, trainMs: 40 });
  expect(result?.end).toEqual({ error: 75, loss: 2, images: 8 });
  expect(result?.test).toEqual({ error: 50, images: 16 });
  expect(result?.profile.layer).toHaveLength(10);

  // Once more, from the first step.
  await runner.start('degradation', 'tiny', true);
  expect(page.state()).toMatchObject({ status: 'running', results: {} });
  expect(page.session.history(page.runs()[0]?.id ?? '').latest).toBeNull();

  // Another page finds it finished.
  const next = opened();
  next.session.store.setState({ experiment: offered('degradation', 'tiny') });
  await new ExperimentRunner(next.session, store).revive();
  expect(next.state()?.status).toBe('finished');
});

it('trains the arms that were not left out, and finds them again', async () => {
  const { session, runs } = opened();
  const { store } = session;
  const runner = new ExperimentRunner(session, memoryStore());
  store.setState({ experiment: offered('ladder', 'tiny') });
  const switches = [
    'linear',
    'one-cycle',
    'nesterov',
    'no-decay',
    'smoothing',
    'dirac',
    'averaging',
    'muon',
  ];
  runner.choose(switches);
  runner.resume();
  await vi.waitFor(() => expect(store.getState().experiment?.status).toBe('running'));
  expect(Object.keys(store.getState().experiment?.live ?? {})).toEqual(['constant', 'views']);
  expect(runs().map(({ config }) => config.training.testViews)).toEqual([undefined, 'crops']);
  runner.choose([]);
  expect(store.getState().experiment?.without).toEqual(switches);
});

it('asks once more for a test that was cut short', async () => {
  const page = opened();
  await new ExperimentRunner(page.session, memoryStore()).start('warm-up', 'tiny', false);
  page.prepare();
  page.train(0, 4);
  page.end(false);
  expect(page.state()?.status).toBe('running');
  const asked = page.commands.filter(({ type }) => type === 'evaluate');
  expect(asked).toHaveLength(2);
});

it('gives runs their changes on a schedule', async () => {
  const page = opened();
  await new ExperimentRunner(page.session, memoryStore()).start('surgery', 'tiny', false);
  page.prepare();
  page.train(0, 1);
  const all = page.runs()[2];
  if (all === undefined) throw new Error('no run');
  const change = { kind: 'shortcuts', on: false } as const;
  const next = nextChange(all.config);
  if (next === null) throw new Error('no change');
  expect(next).toEqual({ step: 1, change });
  expect(page.runs()[0]?.config.training).not.toHaveProperty('changes');
  const { config, label } = applyChange(withoutChange(all.config, next), change);
  page.emit({
    type: 'changed',
    id: all.id,
    status: 'live',
    step: 1,
    label,
    config,
    by: 'schedule',
  });
  expect(page.runs()[2]?.originalConfig).toEqual(all.config);
  page.train(1, 3);
  page.end();
  expect(page.commands.filter(({ type }) => type === 'change')).toHaveLength(0);
  expect(page.state()?.results.all?.marks).toEqual([{ step: 1, label: 'shortcuts off' }]);
});

it('is interrupted when its runs go, keeps nothing unfinished, and starts over with those', async () => {
  const page = opened();
  const runner = new ExperimentRunner(page.session, memoryStore());
  await runner.start('zero-init', 'tiny', false);
  page.prepare();
  page.train(0, 2);
  page.session.removeRun(page.runs()[0]?.id ?? '');
  expect(page.state()).toMatchObject({ status: 'interrupted', results: {} });
  runner.resume();
  await vi.runAllTimersAsync();
  expect(page.state()?.status).toBe('running');
  expect(page.runs()).toHaveLength(2);
});

it('goes on after a reload with the arms that were live and the results of this time alone', async () => {
  const store = memoryStore();
  const earlier = opened();
  await new ExperimentRunner(earlier.session, store).start('degradation', 'tiny', false);
  earlier.prepare();
  earlier.train(0, 4);
  earlier.end();

  // Started afresh since: one arm was finished, the others were live.
  const page = opened();
  const runner = new ExperimentRunner(page.session, store);
  const [first, ...others] = earlier.runs();
  const ids = page.session.replaceRuns(others.map(({ name, config }) => ({ name, config })));
  const [done = '', ...arms] = Object.keys(earlier.state()?.results ?? {});
  expect(first?.name).toBe('Plain-6');
  const live = Object.fromEntries(arms.map((arm, i) => [arm, ids[i] ?? '']));
  const before = { ...offered('degradation', 'tiny'), live, unread: [done] };
  page.session.store.setState({ experiment: { ...before, status: 'running' } });
  page.prepare();
  page.train(0, 4);
  // The results have not been read yet: the round must not end without them.
  page.end();
  expect(page.state()).toMatchObject({ status: 'running', unread: [done], results: {} });
  await runner.revive();
  expect(page.state()).toMatchObject({ status: 'finished', unread: [] });
  expect(Object.keys(page.state()?.results ?? {})).toEqual([done, ...arms]);

  // Where the result could not be kept, its arm is trained again.
  const forgetful = opened();
  const again = new ExperimentRunner(forgetful.session, memoryStore());
  forgetful.session.store.setState({
    experiment: { ...before, live: {}, status: 'finished', unread: [done, ...arms] },
  });
  await again.revive();
  expect(forgetful.state()).toMatchObject({ status: 'interrupted', results: {} });
});

it('takes up its runs where a reload has brought them back', async () => {
  const page = opened();
  const runner = new ExperimentRunner(page.session, memoryStore());
  await runner.start('zero-init', 'tiny', false);
  page.prepare();
  page.train(0, 2);
  page.session.store.setState({ experiment: offered('zero-init', 'tiny') });
  expect(page.state()?.status).toBe('running');
  page.train(2, 2);
  page.end();
  expect(page.state()?.status).toBe('finished');
});
