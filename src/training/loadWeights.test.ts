import { expect, test } from 'vitest';
import { readSafetensors } from '../weights/readSafetensors.ts';
import type { NamedTensor } from './runIdentity.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const config = tinyConfig();
const other = tinyConfig({ training: { learningRate: 0.2 } });
const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const source = 'trained.pth';

const tensors = async (harness: SessionHarness, id: string) =>
  readSafetensors(await harness.weights(id)).tensors;

/** What `id` weighs, as it would come out of a file. */
async function named(harness: SessionHarness, id: string): Promise<NamedTensor[]> {
  return [...(await tensors(harness, id))].map(([name, { shape, data }]) => {
    if (!(data instanceof Float32Array)) throw new Error(`${name} is no float32`);
    return { name, shape, data };
  });
}

test('a run goes on from the weights of a file, comes back to them, and keeps them under another rate', async () => {
  const harness = new SessionHarness();
  const runs = [
    { id: 'a', config },
    { id: 'b', config: other },
  ];
  harness.send(OPEN, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === 'b');
  for (let step = 0; step < 2; step++) await harness.untilPaused({ type: 'step' });
  const trained = await named(harness, 'a');
  const expected = await tensors(harness, 'a');
  const before = await tensors(harness, 'b');
  expect(before.get('conv1.weight')).not.toEqual(expected.get('conv1.weight'));

  const wrong = harness.send({ type: 'loadWeights', id: 'b', source, tensors: trained.slice(1) });
  const refused = await harness.until('refused', wrong);
  expect(refused.message).toMatch(/not this network's: missing: conv1\.weight/);
  expect(await tensors(harness, 'b')).toEqual(before);

  const load = harness.send({ type: 'loadWeights', id: 'b', source, tensors: trained });
  expect(await harness.until('weightsLoaded', load)).toEqual({
    type: 'weightsLoaded',
    id: 'b',
    startId: expect.any(String),
    source,
  });
  expect(await tensors(harness, 'b')).toEqual(expected);
  expect((await harness.until('weights', load)).step).toBe(0);

  const test = harness.send({ type: 'evaluate', id: 'a' }, { type: 'evaluate', id: 'b' });
  const [a, b] = [
    await harness.until('evaluated', test),
    await harness.until('evaluated', test, ({ id }) => id === 'b'),
  ];
  expect(b).toMatchObject({ step: 0, loss: a.loss, accuracy: a.accuracy });

  const step = harness.events.length;
  await harness.untilPaused({ type: 'step' });
  expect([...harness.losses('b', step).keys()]).toEqual([0]);
  expect(await tensors(harness, 'b')).not.toEqual(expected);
  const reset = harness.send({ type: 'reset' });
  await harness.until('state', reset, ({ state }) => state === 'idle');
  expect(await tensors(harness, 'b')).toEqual(expected);

  const slower = tinyConfig({ training: { learningRate: 0.01 } });
  const edit = harness.send({
    type: 'setRuns',
    runs: [
      { id: 'a', config },
      { id: 'b', config: slower },
    ],
  });
  expect(await harness.until('prepared', edit)).toMatchObject({ id: 'b', weightsFrom: source });
  expect(await tensors(harness, 'b')).toEqual(expected);

  const wider = tinyConfig({ model: { stageWidths: [4, 16] } });
  const model = harness.send({
    type: 'setRuns',
    runs: [
      { id: 'a', config },
      { id: 'b', config: wider },
    ],
  });
  expect(await harness.until('prepared', model)).toMatchObject({ id: 'b', weightsFrom: null });
});

test('weights for a run that is not there are refused', async () => {
  const harness = new SessionHarness();
  harness.send(OPEN, { type: 'setRuns', runs: [{ id: 'a', config }] });
  await harness.until('prepared');
  const from = harness.send({ type: 'loadWeights', id: 'b', source, tensors: [] });
  expect(await harness.until('refused', from)).toMatchObject({ id: 'b' });
});

test('a run that was taken out before its first step comes back with the weights of its file', async () => {
  const harness = new SessionHarness();
  const a = { id: 'a', config };
  const b = { id: 'b', config: other };
  harness.send(OPEN, { type: 'setRuns', runs: [a, b] });
  await harness.until('prepared', 0, ({ id }) => id === 'b');
  // Its config alone tells what the other is.
  await expect(harness.runFile('a')).rejects.toThrow('nothing to save');
  await harness.untilPaused({ type: 'step' });
  const trained = await named(harness, 'a');
  harness.send({ type: 'reset' }, { type: 'loadWeights', id: 'b', source, tensors: trained });
  const expected = await tensors(harness, 'b');
  const from = await harness.runFile('b');
  harness.send({ type: 'setRuns', runs: [a] });
  const back = harness.send({ type: 'setRuns', restart: 1, runs: [a, { ...b, from }] });
  expect(await harness.until('prepared', back)).toMatchObject({ id: 'b', weightsFrom: source });
  expect((await harness.until('revived', back)).run).toMatchObject({ step: 0, status: 'live' });
  expect(await tensors(harness, 'b')).toEqual(expected);
});
