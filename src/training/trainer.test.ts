import { expect, test, vi } from 'vitest';
import type { EngineDevice, StepMetrics } from '../engine/api.ts';
import { savedRun } from './checkpoint/testing/checkpoints.ts';
import type { LockstepGroup } from './lockstepGroup.ts';
import { Pace } from './pace.ts';
import { Run } from './run.ts';
import { type BurstTiming, type Group, Trainer } from './trainer.ts';

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

const nothing = new Float32Array(0);
const norms = { gradNorm: nothing, weightNorm: nothing, updateNorm: nothing };
const metricsOf = (step: number): StepMetrics => ({
  ...{ step, loss: 1, accuracy: 0, learningRate: 0.1 },
  ...{ ...norms, activationStd: nothing, overflowed: null },
});

/** A group of one run, which is the group itself. */
class FakeGroup implements Group<FakeGroup> {
  readonly runs = [this];
  readonly submitted: number[] = [];
  readonly delivered: number[][] = [];
  readonly timings: BurstTiming[] = [];
  private unread: number[] = [];

  constructor(
    private readonly gpu: FakeGpu,
    private readonly stepMs: number,
  ) {}

  step(readback: boolean): Promise<StepMetrics[][]> | null {
    const step = this.submitted.length;
    this.submitted.push(step);
    this.unread.push(step);
    if (!readback) return null;
    const steps = this.unread;
    this.unread = [];
    return this.gpu.work(this.stepMs * steps.length).then(() => [steps.map(metricsOf)]);
  }

  take(metrics: readonly StepMetrics[], timing: BurstTiming): void {
    this.delivered.push(metrics.map(({ step }) => step));
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

const newTrainer = (gpu: FakeGpu) =>
  new Trainer({
    emit: () => expect.unreachable(),
    imagesOf: () => expect.unreachable(),
    nowMs: () => gpu.nowMs,
    yieldToMessages: () => Promise.resolve(),
  });

const burst = (trainer: Trainer, groups: readonly FakeGroup[], steps: number) =>
  trainer.burst(groups, steps, (group, metrics, timing) => group.take(metrics, timing));

test('groups advance in lockstep and every step is delivered once, in order', async () => {
  const gpu = new FakeGpu();
  const groups = [new FakeGroup(gpu, 5), new FakeGroup(gpu, 5)];
  const trainer = newTrainer(gpu);
  for (const steps of [1, 2, 3]) await settle(burst(trainer, groups, steps), gpu);
  await settle(trainer.drain(), gpu);
  for (const group of groups) {
    expect(group.delivered).toEqual([[0], [1, 2], [3, 4, 5]]);
  }
  expect(groups[0]?.submitted).toEqual(groups[1]?.submitted);
});

test('never more than two readbacks in flight, and two while steps are quick', async () => {
  const gpu = new FakeGpu();
  const group = new FakeGroup(gpu, 10);
  const trainer = newTrainer(gpu);
  await settle(burst(trainer, [group], 1), gpu);
  const unfinished: number[] = [];
  for (let i = 0; i < 5; i++) {
    await settle(burst(trainer, [group], 1), gpu);
    unfinished.push(gpu.unfinished);
  }
  // After each call one readback is still under way: the next submission makes it two.
  expect(unfinished).toEqual([1, 1, 1, 1, 1]);
});

test('a step of 300 ms is waited for before the next is submitted', async () => {
  const gpu = new FakeGpu();
  const group = new FakeGroup(gpu, 300);
  const trainer = newTrainer(gpu);
  for (let i = 0; i < 3; i++) {
    await settle(burst(trainer, [group], 1), gpu);
    expect(gpu.unfinished).toBe(0);
  }
  expect(trainer.pace.readbacksInFlight).toBe(1);
});

test('busy time is counted once, not from submission while an earlier burst still runs', async () => {
  const gpu = new FakeGpu();
  const group = new FakeGroup(gpu, 20);
  const trainer = newTrainer(gpu);
  for (let i = 0; i < 4; i++) await settle(burst(trainer, [group], 2), gpu);
  await settle(trainer.drain(), gpu);
  expect(group.timings.map(({ ms }) => ms)).toEqual([40, 40, 40, 40]);
  expect(gpu.nowMs).toBe(160);
});

/** A group on the calling thread: a step takes its time before it returns. */
class BusyGroup extends FakeGroup {
  constructor(clock: FakeGpu, stepMs: number) {
    super(clock, stepMs);
    this.step = (readback) => {
      expect(readback).toBe(true);
      const at = this.submitted.length;
      this.submitted.push(at);
      clock.nowMs += stepMs;
      return new Promise((resolve) => setImmediate(() => resolve([[metricsOf(at)]])));
    };
  }
}

test('a device that is busy in its calls lets commands in after every step, and the burst ends for one', async () => {
  const clock = new FakeGpu();
  const groups = [new BusyGroup(clock, 20), new BusyGroup(clock, 30)];
  let isAwaited = false;
  const trainer = new Trainer({
    emit: () => expect.unreachable(),
    imagesOf: () => expect.unreachable(),
    isAwaited: () => isAwaited,
    nowMs: () => clock.nowMs,
  });
  const stepwise = (steps: number) =>
    trainer.stepwise(groups, steps, (group, metrics, timing) => group.take(metrics, timing));
  expect(await stepwise(3)).toBe(3);
  const command = () => {
    isAwaited = true;
  };
  // As a message would, while the second step is under way.
  setImmediate(() => setImmediate(() => setImmediate(command)));
  expect(await stepwise(30)).toBe(2);
  for (const group of groups) {
    expect(group.delivered).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    expect(group.timings.map(({ steps, ms }) => [steps, ms])).toEqual([
      [3, 150],
      [2, 100],
    ]);
  }
  const failing: Group<never> = { runs: [], step: () => Promise.reject(new Error('trap')) };
  await expect(trainer.stepwise([failing], 1, () => undefined)).rejects.toThrow('trap');
});

test('a failed readback rejects the burst', async () => {
  const trainer = newTrainer(new FakeGpu());
  const group: Group<never> = {
    runs: [],
    step: () => Promise.reject(new Error('mapAsync')),
  };
  const taken = trainer.burst([group], 1, () => expect.unreachable());
  await expect(taken).rejects.toThrow('mapAsync');
});

test('a run whose divergence was not reported before the device was lost trains again', async () => {
  const run = new Run('a', savedRun(0).config);
  const zeros = new Float32Array(run.layerNames.parameterNames.length);
  let answer: (loss: number) => void = () => undefined;
  const group = {
    runs: [run],
    stepsReady: () => 1,
    step: () =>
      new Promise((resolve) => {
        answer = (loss) => resolve([[{ ...metricsOf(0), gradNorm: zeros, loss }]]);
      }),
  };
  const events: string[] = [];
  const trainer = new Trainer({
    emit: ({ type }) => events.push(type),
    imagesOf: () => expect.unreachable(),
    takesSnapshots: false,
  });
  trainer.runs.replace([run]);
  trainer.runs.groups = [group as unknown as LockstepGroup];
  const advance = () => trainer.advance({} as EngineDevice, true, new AbortController().signal);
  const first = advance();
  await Promise.resolve();
  answer(1);
  await first;
  await advance();
  answer(Number.NaN);
  await vi.waitFor(() => expect(run.status).toBe('diverged'));
  trainer.abandonDevice();
  expect([run.status, run.divergence, events]).toEqual(['live', null, ['metrics']]);
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
