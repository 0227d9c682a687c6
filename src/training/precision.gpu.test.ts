/** Runs in half precision: beside others, and where there is none. */
import { expect, test } from 'vitest';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const training = { batchSize: 8, steps: 1000, learningRate: 0.05 } as const;
const single = tinyConfig({ training });
const half = tinyConfig({ training: { ...training, precision: 'half' } });
const open = { type: 'open', baseUrl: 'http://localhost/' } as const;
const step = { type: 'step' } as const;

test('a run in half precision trains on the same batches as one in single, within its rounding', async () => {
  const harness = new SessionHarness({ engine: 'webgpu', isDeviceOwn: true });
  expect(await harness.until('ready', harness.send(open))).toMatchObject({ noHalfPrecision: null });
  const runs = [
    { id: 'a', config: single },
    { id: 'b', config: half },
  ];
  await harness.until('prepared', harness.send({ type: 'setRuns', runs }), ({ id }) => id === 'b');
  for (let i = 0; i < 3; i++) await harness.untilPaused(step);
  const [a, b] = [harness.losses('a'), harness.losses('b')];
  expect([...b.keys()]).toEqual([0, 1, 2]);
  expect([...b.values()]).not.toEqual([...a.values()]);
  for (const [at, loss] of b) {
    expect(Math.abs(loss / (a.get(at) ?? Number.NaN) - 1), `step ${at}`).toBeLessThan(0.02);
  }
  // An engine without takes over none of the runs; they go on where they are.
  const from = harness.send({ type: 'useEngine', engine: 'tfjs-wasm' });
  const { message } = await harness.until('engineRefused', from);
  expect(message).toMatch(
    /^TensorFlow\.js computes in single precision only.*Set Precision to single/,
  );
  await harness.until('restored', from, ({ id }) => id === 'b');
  await harness.untilPaused(step);
  expect([...harness.losses('b').keys()]).toEqual([0, 1, 2, 3]);
});

test('where there is no half precision a run that asks for it is refused, and the others train on', async () => {
  const harness = new SessionHarness({ engine: 'webgpu' });
  const ready = await harness.until('ready', harness.send({ ...open, engine: 'tfjs-wasm' }));
  expect(ready.noHalfPrecision).toBe('TensorFlow.js computes in single precision only');
  const alone = [{ id: 'a', config: single }];
  await harness.until('prepared', harness.send({ type: 'setRuns', runs: alone }));
  await harness.untilPaused(step);
  const runs = [...alone, { id: 'b', config: half }];
  const refused = await harness.until('refused', harness.send({ type: 'setRuns', runs }));
  expect(refused).toMatchObject({ id: 'b', field: 'training.precision' });
  await harness.untilPaused(step);
  expect([...harness.losses('a').keys()]).toEqual([0, 1]);
});
