import { expect, test, vi } from 'vitest';
import { readSafetensors } from '../weights/readSafetensors.ts';
import type { NamedTensor } from './protocol.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 180_000 });

const config = tinyConfig();
const other = tinyConfig({ training: { learningRate: 0.2 } });
const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const source = 'trained.pth';

const tensors = async (desk: SessionHarness, id: string) =>
  readSafetensors(await desk.weights(id)).tensors;

/** What `id` weighs, as it would come out of a file. */
async function named(desk: SessionHarness, id: string): Promise<NamedTensor[]> {
  return [...(await tensors(desk, id))].map(([name, { shape, data }]) => {
    if (!(data instanceof Float32Array)) throw new Error(`${name} is no float32`);
    return { name, shape, data };
  });
}

test('a run goes on from the weights of a file, comes back to them, and keeps them under another rate', async () => {
  const desk = new SessionHarness();
  const runs = [
    { id: 'a', config },
    { id: 'b', config: other },
  ];
  desk.send(OPEN, { type: 'setRuns', runs });
  await desk.until('prepared', 0, ({ id }) => id === 'b');
  for (let step = 0; step < 2; step++) await desk.untilPaused({ type: 'step' });
  const trained = await named(desk, 'a');
  const expected = await tensors(desk, 'a');
  const before = await tensors(desk, 'b');
  expect(before.get('conv1.weight')).not.toEqual(expected.get('conv1.weight'));

  const wrong = desk.send({ type: 'loadWeights', id: 'b', source, tensors: trained.slice(1) });
  const refused = await desk.until('refused', wrong);
  expect(refused.message).toMatch(/not this network's: missing: conv1\.weight/);
  expect(await tensors(desk, 'b')).toEqual(before);

  const load = desk.send({ type: 'loadWeights', id: 'b', source, tensors: trained });
  expect(await desk.until('weightsLoaded', load)).toEqual({
    type: 'weightsLoaded',
    id: 'b',
    source,
  });
  expect(await tensors(desk, 'b')).toEqual(expected);
  expect((await desk.until('weights', load)).step).toBe(0);

  const test = desk.send({ type: 'evaluate', id: 'a' }, { type: 'evaluate', id: 'b' });
  const [a, b] = [
    await desk.until('evaluated', test),
    await desk.until('evaluated', test, ({ id }) => id === 'b'),
  ];
  expect(b).toMatchObject({ step: 0, loss: a.loss, accuracy: a.accuracy });

  const step = desk.events.length;
  await desk.untilPaused({ type: 'step' });
  expect([...desk.losses('b', step).keys()]).toEqual([0]);
  expect(await tensors(desk, 'b')).not.toEqual(expected);
  const reset = desk.send({ type: 'reset' });
  await desk.until('state', reset, ({ state }) => state === 'idle');
  expect(await tensors(desk, 'b')).toEqual(expected);

  const slower = tinyConfig({ training: { learningRate: 0.01 } });
  const edit = desk.send({
    type: 'setRuns',
    runs: [
      { id: 'a', config },
      { id: 'b', config: slower },
    ],
  });
  expect(await desk.until('prepared', edit)).toMatchObject({ id: 'b', weightsFrom: source });
  expect(await tensors(desk, 'b')).toEqual(expected);

  const wider = tinyConfig({ model: { stageWidths: [4, 16] } });
  const model = desk.send({
    type: 'setRuns',
    runs: [
      { id: 'a', config },
      { id: 'b', config: wider },
    ],
  });
  expect(await desk.until('prepared', model)).toMatchObject({ id: 'b', weightsFrom: null });
});

test('weights for a run that is not there are refused', async () => {
  const desk = new SessionHarness();
  desk.send(OPEN, { type: 'setRuns', runs: [{ id: 'a', config }] });
  await desk.until('prepared');
  const from = desk.send({ type: 'loadWeights', id: 'b', source, tensors: [] });
  expect(await desk.until('refused', from)).toMatchObject({ id: 'b' });
});
