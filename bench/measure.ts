/** Engines in turns: warm-up, one check that they train the same network, then round after round. */
import { performance } from 'node:perf_hooks';
import type { CallCounts } from '../headless/counting.ts';
import { note } from '../headless/note.ts';
import { checkAgreement, HALF_LOSS_TOLERANCE, LOSS_TOLERANCE } from './agreement.ts';
import { type BenchDevices, countedDevices } from './devices.ts';
import type { BenchEngine } from './engine.ts';
import { type EngineName, engineEntry } from './engines.ts';
import type { BenchTask } from './task.ts';

/** Steps before any is timed: shaders compile, pools fill, and the losses of these are compared. */
const WARM_UP_STEPS = 3;
/** A turn is as many steps as fit, but at least one; waited for once. */
const TURN_MS = 250;
/** Ours reads its metrics back every 64 steps, and may not have three readbacks under way. */
const MOST_STEPS = 100;
/** Untimed steps before a turn's, a share of them: a GPU that had nothing to do takes tens of milliseconds to wake. */
const LEAD_IN = 1 / 3;

export interface Measurement {
  readonly engine: EngineName;
  /** Median over the turns. */
  readonly stepMs: number;
  /** CPU time of the process to issue a step, without waiting for it; median over the turns. */
  readonly issueMs: number;
  readonly dispatches: number;
  readonly submits: number;
  readonly bindGroupsCreated: number;
  readonly buffersCreated: number;
  /** Bytes of all buffers at the worst moment. */
  readonly gpuBytes: number;
  /** Still open. */
  readonly opened: BenchEngine;
}

interface Contender {
  readonly name: EngineName;
  readonly engine: BenchEngine;
  readonly devices: BenchDevices;
  readonly losses: readonly number[];
  readonly stepsPerTurn: number;
  readonly turns: Turn[];
}

interface Turn {
  readonly stepMs: number;
  readonly issueMs: number;
  readonly perStep: (count: keyof CallCounts) => number;
}

/**
 * @param executes false on the null backend, which yields no losses.
 * @throws Error when the engines' losses differ.
 */
export async function measureEngines(
  gpu: GPU,
  task: BenchTask,
  names: readonly EngineName[],
  { rounds, executes }: { rounds: number; executes: boolean },
): Promise<Measurement[]> {
  const contenders: Contender[] = [];
  for (const name of names) contenders.push(await warmUp(gpu, task, name));
  const isHalf = task.training.precision === 'half';
  if (executes) note(checkAgreement(contenders, isHalf ? HALF_LOSS_TOLERANCE : LOSS_TOLERANCE));
  return takeTurns(contenders, rounds);
}

/** Our engine on networks that differ, in turns. */
export async function measureTasks(
  gpu: GPU,
  tasks: readonly BenchTask[],
  rounds: number,
): Promise<Measurement[]> {
  const contenders: Contender[] = [];
  for (const task of tasks) contenders.push(await warmUp(gpu, task, 'ours'));
  return takeTurns(contenders, rounds);
}

async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<Measurement[]> {
  for (let round = 1; round <= rounds; round++) {
    for (const { name, engine, devices, stepsPerTurn, turns } of contenders) {
      const turn = await takeTurn(engine, devices, stepsPerTurn);
      turns.push(turn);
      note(`round ${round} of ${rounds}: ${name} ${turn.stepMs.toFixed(2)} ms a step`);
    }
  }
  return contenders.map(({ name, engine, devices, turns }) => {
    const last = turns.at(-1);
    if (last === undefined) throw new Error('no rounds');
    return {
      engine: name,
      stepMs: median(turns.map(({ stepMs }) => stepMs)),
      issueMs: median(turns.map(({ issueMs }) => issueMs)),
      dispatches: last.perStep('dispatches'),
      submits: last.perStep('submits'),
      bindGroupsCreated: last.perStep('bindGroupsCreated'),
      buffersCreated: last.perStep('buffersCreated'),
      gpuBytes: engine.memoryBytes ?? devices.counts.peakGpuBytes,
      opened: engine,
    };
  });
}

async function warmUp(gpu: GPU, task: BenchTask, name: EngineName): Promise<Contender> {
  const started = performance.now();
  const { title, load, isProcessor } = engineEntry(name);
  const devices = countedDevices(gpu, isProcessor);
  const open = await load();
  const engine = await open(devices, task);
  const losses: number[] = [];
  let stepMs = 0;
  for (let step = 0; step < WARM_UP_STEPS; step++) {
    ({ stepMs } = await takeTurn(engine, devices, 1));
    losses.push(await engine.loss());
    if (step > 0) continue;
    const seconds = (performance.now() - started) / 1000;
    note(`${name} (${title}): first step done after ${seconds.toFixed(1)} s`);
  }
  const stepsPerTurn = Math.min(MOST_STEPS, Math.max(1, Math.round(TURN_MS / stepMs)));
  return { name, engine, devices, losses, stepsPerTurn, turns: [] };
}

async function takeTurn(engine: BenchEngine, devices: BenchDevices, steps: number): Promise<Turn> {
  const { counts } = devices;
  const leadIn = Math.floor(LEAD_IN * steps);
  for (let i = 0; i < leadIn; i++) await engine.issue();
  if (leadIn > 0) await engine.finish();
  const before = { ...counts };
  const started = performance.now();
  let issueMicroseconds = 0;
  for (let i = 0; i < steps; i++) {
    const cpu = process.cpuUsage();
    await engine.issue();
    const { user, system } = process.cpuUsage(cpu);
    issueMicroseconds += user + system;
  }
  await engine.finish();
  devices.checkErrors();
  const stepMs = (performance.now() - started) / steps;
  const after = { ...counts };
  return {
    stepMs,
    issueMs: issueMicroseconds / 1000 / steps,
    perStep: (count) => (after[count] - before[count]) / steps,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
