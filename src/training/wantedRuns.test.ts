import { expect, test } from 'vitest';
import { CpuDevice } from '../engine/cpu/cpuDevice.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;
const config = tinyConfig();
const [a, b, c] = [
  { id: 'a', config },
  { id: 'b', config },
  { id: 'c', config },
] as const;

/** A harness with `a` and the file of `b`, which has made a step; its device is lost while it compiles when told so. */
async function withFile() {
  const next = { loses: false };
  const harness = new SessionHarness({
    openCpu: () => {
      const device = new CpuDevice({ workers: [], arithmetic: 'exact' });
      device.measureGflops = async () => 1;
      const fit = device.fitMicroBatches.bind(device);
      device.fitMicroBatches = (...options) => {
        if (next.loses) {
          next.loses = false;
          device.destroy();
          throw new Error('Nothing can be compiled.');
        }
        return fit(...options);
      };
      return device;
    },
  });
  harness.send(OPEN, { type: 'setRuns', runs: [a, b] });
  await harness.untilPaused({ type: 'step' });
  const from = await harness.runFile('b');
  await harness.until('prepared', harness.send({ type: 'setRuns', runs: [a, c] }));
  const prepared = async (after: number) => {
    await harness.until('state', after, ({ state }) => state === 'paused');
    return harness.of('prepared', after).map(({ id }) => id);
  };
  return { harness, back: { ...b, from }, next, prepared };
}

test('an undo is answered once, and a refusal makes what was sent without knowing of it void', async () => {
  const { harness, back } = await withFile();
  const from = harness.send({ type: 'setRuns', undo: 1, revision: 0, runs: [a, back] });
  expect(await harness.until('undone', from)).toEqual({ type: 'undone', undo: 1, whyNot: null });
  const unreadable = { ...b, from: new ArrayBuffer(4) };
  const refused = harness.send(
    { type: 'setRuns', undo: 2, revision: 0, runs: [a, unreadable] },
    { type: 'setRuns', revision: 0, runs: [a, c] },
    { type: 'setRuns', undo: 3, revision: 0, runs: [a, c] },
    { type: 'setRuns', revision: 3, runs: [a, { ...b, id: 'd' }] },
  );
  await harness.until('prepared', refused);
  expect(harness.of('prepared', refused).map(({ id }) => id)).toEqual(['d']);
  expect(harness.of('undone', refused)).toMatchObject([
    { undo: 2, whyNot: expect.stringContaining('can’t be brought back') },
    { undo: 3, whyNot: 'Other runs have been opened in the meantime.' },
  ]);
  expect(harness.of('refused', refused)).toEqual([]);
});

test('runs that were asked for before those of a checkpoint came do not take their places', async () => {
  const { harness } = await withFile();
  const { bytes } = await harness.until(
    'checkpointFile',
    harness.send({ type: 'exportCheckpoint' }),
  );
  const ids = ['x', 'y'];
  const from = harness.send(
    { type: 'resume', file: new Blob([bytes]), ids },
    { type: 'setRuns', revision: 0, runs: [a, b] },
    { type: 'setRuns', revision: 1, runs: [{ ...a, id: 'x' }, c] },
  );
  const resumed = await harness.until('resumed', from);
  expect(resumed.runs.map(({ id, step }) => [id, step])).toEqual([
    ['x', 1],
    ['y', 0],
  ]);
  await harness.until('prepared', from, ({ id }) => id === 'c');
  expect(harness.of('prepared', from).map(({ id }) => id)).toEqual(['x', 'y', 'c']);
});

test('runs that could not be built because the device was lost are built on the next one', async () => {
  const { harness, next, prepared } = await withFile();
  next.loses = true;
  const lost = harness.send({ type: 'setRuns', runs: [a, b] });
  await harness.until('deviceLost', lost);
  expect(await prepared(harness.send({ type: 'recover' }))).toEqual(['a', 'c', 'b']);
});

test('what cannot be undone for want of a device is refused, to be asked again', async () => {
  const { harness, back, next, prepared } = await withFile();
  const LOST = 'The engine was lost. Restart the runs, then undo it again.';
  next.loses = true;
  const cut = harness.send({ type: 'setRuns', undo: 1, revision: 0, runs: [a, back, c] });
  expect(await harness.until('undone', cut)).toMatchObject({ undo: 1, whyNot: LOST });
  const late = harness.send({ type: 'setRuns', undo: 2, revision: 1, runs: [a, back, c] });
  expect(await harness.until('undone', late)).toMatchObject({ undo: 2, whyNot: LOST });
  // What the page shows, before the second refusal and after it.
  harness.send({ type: 'setRuns', revision: 1, runs: [a, b] });
  harness.send({ type: 'setRuns', revision: 2, runs: [a, c, { ...b, id: 'd' }] });
  expect(await prepared(harness.send({ type: 'recover' }))).toEqual(['a', 'c', 'd']);
  const again = harness.send({ type: 'setRuns', undo: 3, revision: 2, runs: [a, back, c] });
  expect((await harness.until('revived', again)).run).toMatchObject({ id: 'b', step: 1 });
  expect(await harness.until('undone', again)).toMatchObject({ undo: 3, whyNot: null });
});

test('an undo that waits while the engine restarts comes after the runs that were wanted before', async () => {
  const { harness, back } = await withFile();
  await harness.until('deviceLost', harness.send({ type: 'loseDevice' }));
  harness.send({ type: 'setRuns', revision: 0, runs: [a] });
  const from = harness.send(
    { type: 'recover' },
    { type: 'setRuns', undo: 1, revision: 0, runs: [a, back] },
  );
  expect(await harness.until('undone', from)).toMatchObject({ whyNot: null });
  const tested = harness.send({ type: 'pause' }, { type: 'evaluate', id: 'b' });
  await harness.until('evaluated', tested);
  expect(harness.of('refused', from)).toEqual([]);
});
