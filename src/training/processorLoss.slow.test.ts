/** What becomes of runs on the processor when one of its threads ends or a kernel traps. */
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { CpuDevice } from '../engine/cpu/cpuDevice.ts';
import { endInPiece, fakeThread, trapInPiece } from '../engine/cpu/testing/brokenThreads.ts';
import type { Thread } from '../engine/cpu/threads/thread.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const open = { type: 'open', baseUrl: 'http://localhost/' } as const;
const setRuns = { type: 'setRuns', runs: [{ id: 'a', config: tinyConfig() }] } as const;

/** A harness whose first device has this thread beside the calling one; later ones have none. */
async function preparedWith(...threads: Thread[]): Promise<SessionHarness> {
  const openCpu = () => {
    const device = new CpuDevice({ workers: threads.splice(0), arithmetic: 'exact' });
    device.measureGflops = async () => 1;
    return device;
  };
  const harness = new SessionHarness({ openCpu });
  await harness.until('prepared', harness.send(open, setRuns));
  return harness;
}

async function steps(harness: SessionHarness, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await harness.untilPaused({ type: 'step' });
}

/** After the loss at event `from`: restarts, and trains on to the losses of a run that lost nothing. */
async function expectRecovery(harness: SessionHarness, reason: RegExp): Promise<void> {
  const { message, lastSnapshotStep } = await harness.until('deviceLost');
  expect(message).toMatch(reason);
  expect(lastSnapshotStep).toBe(2);
  const again = harness.send({ type: 'recover' });
  expect(await harness.until('restored', again)).toMatchObject({ id: 'a', step: 2 });
  await harness.until('state', again, ({ state }) => state === 'paused');
  await steps(harness, 2);
  const whole = await preparedWith();
  await steps(whole, 4);
  expect(harness.losses('a')).toEqual(whole.losses('a'));
}

test('a worker that is killed while nothing is trained is noticed at once', async () => {
  const worker = new Worker(new URL('../engine/cpu/threads/nodeWorker.js', import.meta.url));
  const harness = await preparedWith({
    post: (message) => worker.postMessage(message),
    onFailure: (report) => worker.on('exit', () => report('a worker thread ended')),
    terminate: () => undefined,
  });
  await steps(harness, 2);
  await worker.terminate();
  await expectRecovery(harness, /^The processor’s kernels stopped: a worker thread ended\.$/);
});

test.each([
  ['ends in the midst of a step', endInPiece, /a thread does not answer/],
  ['has a kernel that traps', trapInPiece, /a kernel failed in a thread/],
])('a thread that %s ends the step and nothing else', async (_, fail, reason) => {
  // A run a step.
  const harness = await preparedWith(fakeThread((control, run) => run === 3 && fail(control)));
  await steps(harness, 2);
  harness.send({ type: 'step' });
  await expectRecovery(harness, reason);
});
