import { expect, test, vi } from 'vitest';
import type { EngineDevice } from '../engine/api.ts';
import { readSafetensors } from '../weights/readSafetensors.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';
import { harnessWith, plain, residual, steps, tensors } from './testing/tinyRuns.ts';
import { Trainer } from './trainer.ts';
import { TrainingSession } from './trainingSession.ts';

test('twins start from the same weights and step together; a loss does not depend on who runs beside', async () => {
  const pair = await harnessWith({ id: 'res', config: residual }, { id: 'plain', config: plain });
  const alone = await harnessWith({ id: 'plain', config: plain });
  const [a, b] = [await tensors(pair, 'res'), await tensors(pair, 'plain')];
  expect([...b.keys()]).toEqual([...a.keys()]);
  for (const [name, { data }] of b) expect(data, name).toEqual(a.get(name)?.data);

  await steps(pair, 3);
  await steps(alone, 3);
  expect([...pair.losses('plain').keys()]).toEqual([0, 1, 2]);
  expect([...pair.losses('res').keys()]).toEqual([0, 1, 2]);
  expect(pair.losses('plain')).toEqual(alone.losses('plain'));
  expect(pair.losses('res')).not.toEqual(pair.losses('plain'));
  expect(await tensors(pair, 'plain')).toEqual(await tensors(alone, 'plain'));
});

test('a measurement says after which restart it was made', async () => {
  const harness = await harnessWith({ id: 'res', config: residual });
  const from = harness.send({ type: 'train' });
  await harness.until('metrics', from);
  const reset = harness.send({ type: 'reset', restart: 1 }, { type: 'train' });
  await harness.until('reset', reset);
  await harness.until('metrics', reset, (event) => event.restart === 1);
  const at = harness.events.findIndex(({ type }) => type === 'reset');
  const restarts = (events: readonly TrainingEvent[]) =>
    new Set(events.map((event) => (event.type === 'metrics' ? event.restart : null)));
  expect(restarts(harness.events.slice(0, at))).not.toContain(1);
  expect(restarts(harness.events.slice(at))).toEqual(new Set([1, null]));
  await harness.untilPausedNow({ type: 'pause' });
});

test('switching shortcuts off and on keeps every weight, and is told with its step', async () => {
  const harness = await harnessWith({
    id: 'res',
    config: tinyConfig({ model: { projection: 'B' } }),
  });
  await steps(harness, 2);
  const before = await tensors(harness, 'res');
  expect([...before.keys()]).toContain('layer2.0.downsample.0.weight');

  const off = harness.send({ type: 'change', id: 'res', change: { kind: 'shortcuts', on: false } });
  expect(await harness.until('changed', off)).toMatchObject({ step: 2, label: 'shortcuts off' });
  const without = await tensors(harness, 'res');
  expect([...without.keys()]).not.toContain('layer2.0.downsample.0.weight');
  for (const [name, { data }] of without) expect(data, name).toEqual(before.get(name)?.data);
  expect(harness.of('prepared', off)[0]?.parameterNames).not.toContain(
    'layer2.0.downsample.0.weight',
  );

  const on = harness.send({ type: 'change', id: 'res', change: { kind: 'shortcuts', on: true } });
  await harness.until('changed', on);
  expect(await tensors(harness, 'res')).toEqual(before);
});

test('a shortcut cut and put back at once changes no later loss: momentum is kept', async () => {
  const runs = [{ id: 'res', config: residual }];
  const [touched, untouched] = [await harnessWith(...runs), await harnessWith(...runs)];
  await steps(touched, 2);
  const block = { kind: 'blockShortcut', block: 'layer2.0' } as const;
  touched.send({ type: 'change', id: 'res', change: { ...block, on: false } });
  touched.send({ type: 'change', id: 'res', change: { ...block, on: true } });
  await steps(touched, 2);
  await steps(untouched, 4);
  expect(touched.of('changed').map(({ label }) => label)).toEqual([
    'layer2.0 shortcut cut',
    'layer2.0 shortcut on',
  ]);
  expect(touched.losses('res')).toEqual(untouched.losses('res'));
});

test('a run that diverges is halted with its layer; the other goes on; restoring is exact', async () => {
  const harness = await harnessWith(
    { id: 'wild', config: residual },
    { id: 'calm', config: plain },
  );
  await steps(harness, 2);
  const good = await tensors(harness, 'wild');
  harness.send({ type: 'change', id: 'wild', change: { kind: 'learningRate', learningRate: 100 } });
  const from = harness.send({ type: 'train' });
  const diverged = await harness.until('diverged', from);
  expect(diverged).toMatchObject({ id: 'wild', lastGoodStep: 2 });
  expect([...good.keys()]).toContain(diverged.layer);
  await harness.until(
    'metrics',
    from,
    ({ batch }) => batch.id === 'calm' && (batch.step.at(-1) ?? 0) > diverged.step + 3,
  );
  await harness.untilPausedNow({ type: 'pause' });
  const last = Math.max(...harness.losses('wild').keys());
  expect(last).toBe(diverged.step - 1);
  expect(await tensors(harness, 'wild')).toEqual(good);

  const again = harness.send({ type: 'restore', id: 'wild', learningRateFactor: 0.001 });
  const restored = await harness.until('restored', again);
  expect(restored).toMatchObject({ step: 2, label: 'back to step 2, learning rate 0.1' });
  expect(restored.config.training.learningRate).toBe(0.1);
  await steps(harness, 1);
  expect([...harness.losses('wild', again).keys()]).toEqual([2]);

  const reference = await harnessWith({ id: 'wild', config: residual });
  await steps(reference, 3);
  expect(harness.losses('wild', again).get(2)).toBe(reference.losses('wild').get(2));
});

test('reset goes back to step 0 and repeats the same losses', async () => {
  const harness = await harnessWith({ id: 'res', config: residual });
  await steps(harness, 2);
  const first = harness.losses('res');
  const from = harness.send({ type: 'reset' });
  await harness.until('state', from, ({ state }) => state === 'idle');
  await steps(harness, 2);
  expect(harness.losses('res', from)).toEqual(first);
});

test('a run ends at its last step, tested on all test images', async () => {
  const config = tinyConfig({ training: { steps: 5 } });
  const harness = await harnessWith({ id: 'res', config });
  await harness.untilPaused({ type: 'train' });
  const finalWeights = {
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    arithmetic: 'exact',
    replay: config,
  };
  expect(harness.of('finished')).toEqual([{ type: 'finished', id: 'res', step: 5, finalWeights }]);
  expect([...harness.losses('res').keys()]).toEqual([0, 1, 2, 3, 4]);
  const evaluated = harness.of('evaluated').at(-1);
  expect(evaluated).toMatchObject({ id: 'res', step: 5, images: 50 });
  const { metadata } = readSafetensors(await harness.weights('res'));
  expect(JSON.parse(metadata.get('config') ?? '')).toEqual(config);
  expect(metadata.get('step')).toBe('5');
  expect(metadata.get('testAccuracy')).toBe(`${evaluated?.accuracy}`);
  expect(metadata.get('testLoss')).toBe(`${evaluated?.loss}`);
  expect(JSON.parse(metadata.get('classNames') ?? '')).toHaveLength(10);
  const choice = { format: 'pth', naming: 'cifar', input: 'normalised' } as const;
  const failed = await harness.until(
    'exportFailed',
    harness.send({ type: 'exportWeights', id: 'res', choice }),
  );
  expect(failed.message).toContain('16, 32 and 64 channels');
});

test('predictions are probabilities under every run, with pixels and labels', async () => {
  const harness = await harnessWith(
    { id: 'res', config: residual },
    { id: 'plain', config: plain },
  );
  const predicted = await harness.until(
    'predicted',
    harness.send({ type: 'predict', images: [3, 0] }),
  );
  expect(predicted.predictions.map(({ id, image }) => [id, image])).toEqual([
    ['res', 3],
    ['res', 0],
    ['plain', 3],
    ['plain', 0],
  ]);
  for (const { probabilities } of predicted.predictions) {
    expect(probabilities).toHaveLength(10);
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  }
  expect(predicted.pixels).toHaveLength(2 * 32 * 32 * 4);
  expect(predicted.pixels[3]).toBe(255);
  expect(predicted.labels).toHaveLength(2);
});

test('what cannot be built is refused by field, and the runs stay as they were', async () => {
  const harness = await harnessWith({ id: 'res', config: residual });
  await steps(harness, 1);
  const shrunk = tinyConfig({
    model: { stageDepths: [1, 1, 1, 1], stageWidths: [4, 4, 4, 4], inputSize: 4 },
  });
  const from = harness.send({ type: 'setRuns', runs: [{ id: 'res', config: shrunk }] });
  expect(await harness.until('refused', from)).toMatchObject({
    id: 'res',
    field: 'model.stageDepths',
  });
  const odd = tinyConfig({ model: { inputSize: 12 } });
  const second = harness.send({ type: 'setRuns', runs: [{ id: 'res', config: odd }] });
  expect(await harness.until('refused', second)).toMatchObject({ field: 'model.inputSize' });
  const block = { kind: 'blockShortcut', block: 'layer4.0', on: false } as const;
  const third = harness.send({ type: 'change', id: 'res', change: block });
  expect(await harness.until('refused', third)).toMatchObject({ field: 'model.cutShortcuts' });
  await steps(harness, 1);
  expect([...harness.losses('res').keys()]).toEqual([0, 1]);
});

const adapter = { name: 'Test', vendor: '', architecture: '', isSoftware: true };

/** A device on which nothing is trained. */
const idleDevice = {
  ...{ adapter, maxBufferBytes: 1, noHalfPrecision: null, arithmetics: [] },
  lost: new Promise<never>(() => {}),
  measureGflops: async () => 1,
} as unknown as EngineDevice;

test('a run’s file that can’t be made is refused to whoever asked for it', async () => {
  const failure = new Error('the snapshot failed');
  const snapshot = vi.spyOn(Trainer.prototype, 'snapshot').mockRejectedValue(failure);
  const session = new TrainingSession({
    emit: () => undefined,
    openEngine: async () => ({ id: 'webgpu', device: idleDevice, passedOver: [] }),
  });
  void session.serve();
  session.handle({ type: 'open', baseUrl: 'http://localhost/' });
  await expect(session.saveRun('a')).rejects.toThrow('the snapshot failed');
  snapshot.mockRestore();
});

test('what trained last is asked for first: on the last visit, then before the device was lost', async () => {
  const asked: unknown[] = [];
  const events: TrainingEvent[] = [];
  const session = new TrainingSession({
    emit: (event) => events.push(event),
    async openEngine(choice, before) {
      asked.push([choice, before]);
      const lost =
        asked.length === 1 ? Promise.resolve({ reason: '', message: '' }) : idleDevice.lost;
      const compared = { taken: 'cpu', gflops: { webgpu: 10, cpu: 50 }, gpu: 'Old GPU' } as const;
      return { id: 'cpu', device: { ...idleDevice, lost }, passedOver: [], gflops: 50, compared };
    },
  });
  void session.serve();
  session.handle({ type: 'open', baseUrl: 'http://localhost/', before: 'tfjs-wasm' });
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('deviceLost'));
  // The rate that the comparison measured is not measured again.
  expect(events.find(({ type }) => type === 'ready')).toMatchObject({
    gflops: 50,
    compared: { taken: 'cpu', gpu: 'Old GPU' },
    remark: null,
  });
  session.handle({ type: 'recover' });
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked).toEqual([
    ['automatic', 'tfjs-wasm'],
    ['automatic', 'cpu'],
  ]);
});

test('a network far too large is refused before anything is drawn for it, and the runs stay', async () => {
  const harness = new SessionHarness();
  harness.send({ type: 'open', baseUrl: 'http://localhost/' });
  await harness.until(
    'prepared',
    harness.send({ type: 'setRuns', runs: [{ id: 'a', config: tinyConfig() }] }),
  );
  const huge = tinyConfig({
    model: { stageDepths: [200, 200, 200], stageWidths: [2048, 2048, 2048] },
  });
  const from = harness.send({ type: 'setRuns', runs: [{ id: 'a', config: huge }] });
  const { id, field, message } = await harness.until('refused', from);
  expect([id, field]).toEqual(['a', 'model.stageWidths']);
  expect(message).toMatch(/needs at least \d{12} bytes of memory \(45\d{9} parameters\)/);
  await harness.untilPaused({ type: 'step' });
  expect([...harness.losses('a').keys()]).toEqual([0]);
});

test('a run that was taken out goes on from its file, to the bits of one that stayed', async () => {
  const both = [
    { id: 'res', config: residual },
    { id: 'plain', config: plain },
  ];
  const [left, stayed] = [await harnessWith(...both), await harnessWith(...both)];
  await steps(left, 3);
  await steps(stayed, 5);
  const from = await left.runFile('plain');
  left.send({ type: 'setRuns', runs: both.slice(0, 1) });
  await steps(left, 1);
  const back = left.send({
    type: 'setRuns',
    restart: 1,
    runs: [...both.slice(0, 1), { id: 'plain', config: plain, from }],
  });
  const { run } = await left.until('revived', back);
  expect(run).toMatchObject({ id: 'plain', step: 3, status: 'live' });
  expect(run.history.latest?.step).toBe(2);
  await steps(left, 2);
  expect(left.losses('plain')).toEqual(stayed.losses('plain'));
  expect(await tensors(left, 'plain')).toEqual(await tensors(stayed, 'plain'));
});

test('runs built at rest can be trained at once; once training is asked for, that is told', async () => {
  const harness = await harnessWith({ id: 'res', config: residual });
  const built = (from: number) =>
    harness.of('state', from).map(({ state, rests = false }) => ({ state, rests }));
  const edit = { type: 'setRuns', runs: [{ id: 'res', config: plain }] } as const;

  const alone = harness.send(edit);
  await harness.until('state', alone, ({ state }) => state === 'idle');
  expect(built(alone)).toEqual([
    { state: 'preparing', rests: true },
    { state: 'idle', rests: false },
  ]);

  const trained = harness.send(
    { ...edit, runs: [{ id: 'res', config: residual }] },
    { type: 'train' },
  );
  await harness.until('metrics', trained);
  expect(built(trained)[0]).toEqual({ state: 'preparing', rests: false });

  await harness.untilPausedNow({ type: 'pause' });
  const asked = harness.send({ ...edit, runs: [{ id: 'res', config: plain }] });
  await harness.until('state', asked, ({ state }) => state === 'preparing');
  harness.send({ type: 'train' });
  await harness.until('metrics', asked);
  expect(built(asked).slice(0, 2)).toEqual([
    { state: 'preparing', rests: true },
    { state: 'preparing', rests: false },
  ]);
  await harness.untilPausedNow({ type: 'pause' });
});
