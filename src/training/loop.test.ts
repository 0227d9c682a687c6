import { expect, test } from 'vitest';
import { type BurstTiming, type Lane, Loop } from './loop.ts';
import { Pace } from './pace.ts';

/** A GPU of one queue whose clock moves only as its work is done. */
class FakeGpu {
  nowMs = 0;
  private busyUntilMs = 0;
  private readonly pending: { atMs: number; resolve: () => void }[] = [];

  work(ms: number): Promise<void> {
    this.busyUntilMs = Math.max(this.busyUntilMs, this.nowMs) + ms;
    const atMs = this.busyUntilMs;
    return new Promise((resolve) => this.pending.push({ atMs, resolve }));
  }

  get unfinished(): number {
    return this.pending.length;
  }

  finishOne(): void {
    const next = this.pending.shift();
    if (next === undefined) return;
    this.nowMs = next.atMs;
    next.resolve();
  }
}

class FakeLane implements Lane<number[]> {
  readonly submitted: number[] = [];
  readonly delivered: number[][] = [];
  readonly timings: BurstTiming[] = [];
  private unread: number[] = [];

  constructor(
    private readonly gpu: FakeGpu,
    private readonly stepMs: number,
  ) {}

  submit(readback: boolean): Promise<number[]> | null {
    const step = this.submitted.length;
    this.submitted.push(step);
    this.unread.push(step);
    if (!readback) return null;
    const steps = this.unread;
    this.unread = [];
    return this.gpu.work(this.stepMs * steps.length).then(() => steps);
  }

  deliver(steps: number[], timing: BurstTiming): void {
    this.delivered.push(steps);
    this.timings.push(timing);
  }
}

/** Runs `promise` to its end, letting the GPU finish one readback whenever nothing else moves. */
async function settle(promise: Promise<void>, gpu: FakeGpu): Promise<void> {
  let settled = false;
  const end = promise.finally(() => {
    settled = true;
  });
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (settled) return end;
    gpu.finishOne();
  }
}

const newLoop = (gpu: FakeGpu) =>
  new Loop<number[]>(
    () => gpu.nowMs,
    () => Promise.resolve(),
  );

test('lanes advance in lockstep and every step is delivered once, in order', async () => {
  const gpu = new FakeGpu();
  const lanes = [new FakeLane(gpu, 5), new FakeLane(gpu, 5)];
  const loop = newLoop(gpu);
  for (const steps of [1, 2, 3]) await settle(loop.burst(lanes, steps), gpu);
  await settle(loop.drain(), gpu);
  for (const lane of lanes) {
    expect(lane.delivered).toEqual([[0], [1, 2], [3, 4, 5]]);
  }
  expect(lanes[0]?.submitted).toEqual(lanes[1]?.submitted);
});

test('never more than two readbacks in flight, and two while steps are quick', async () => {
  const gpu = new FakeGpu();
  const lane = new FakeLane(gpu, 10);
  const loop = newLoop(gpu);
  await settle(loop.burst([lane], 1), gpu);
  const unfinished: number[] = [];
  for (let i = 0; i < 5; i++) {
    await settle(loop.burst([lane], 1), gpu);
    unfinished.push(gpu.unfinished);
  }
  // After each call one readback is still under way: the next submission makes it two.
  expect(unfinished).toEqual([1, 1, 1, 1, 1]);
});

test('a step of 300 ms is waited for before the next is submitted', async () => {
  const gpu = new FakeGpu();
  const lane = new FakeLane(gpu, 300);
  const loop = newLoop(gpu);
  for (let i = 0; i < 3; i++) {
    await settle(loop.burst([lane], 1), gpu);
    expect(gpu.unfinished).toBe(0);
  }
  expect(loop.pace.readbacksInFlight).toBe(1);
});

test('busy time is counted once, not from submission while an earlier burst still runs', async () => {
  const gpu = new FakeGpu();
  const lane = new FakeLane(gpu, 20);
  const loop = newLoop(gpu);
  for (let i = 0; i < 4; i++) await settle(loop.burst([lane], 2), gpu);
  await settle(loop.drain(), gpu);
  expect(lane.timings.map(({ ms }) => ms)).toEqual([40, 40, 40, 40]);
  expect(gpu.nowMs).toBe(160);
});

test('a failed readback rejects the loop', async () => {
  const loop = newLoop(new FakeGpu());
  const lane: Lane<number[]> = {
    submit: () => Promise.reject(new Error('mapAsync')),
    deliver: () => expect.unreachable(),
  };
  await expect(loop.burst([lane], 1)).rejects.toThrow('mapAsync');
});

test('metrics come about every 150 ms, after a careful start', () => {
  const pace = new Pace();
  const intervals = Array.from({ length: 6 }, () => {
    pace.record(pace.stepsPerReadback, pace.stepsPerReadback * 10);
    return pace.stepsPerReadback;
  });
  expect(intervals).toEqual([2, 4, 8, 15, 15, 15]);
});

test('every step past 100 ms, at most 32 of the quickest', () => {
  const slow = new Pace();
  slow.record(1, 101);
  expect(slow.stepsPerReadback).toBe(1);
  const quick = new Pace();
  for (let i = 0; i < 10; i++) quick.record(quick.stepsPerReadback, 0);
  expect(quick.stepsPerReadback).toBe(32);
});
