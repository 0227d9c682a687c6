/** Engines in turns: warm-up, one check that they train the same network, then round after round. */
import { performance } from 'node:perf_hooks';
import type { CallCounts } from '../headless/counting.ts';
import { note } from '../headless/note.ts';
import { checkAgreement, HALF_LOSS_TOLERANCE, LOSS_TOLERANCE } from './agreement.ts';
import { type BenchDevices, countedDevices } from './devices.ts';
import type { BenchEngine } from './engine.ts';
import { type EngineName, engineEntry } from './engines.ts';
import { NotHere } from './notHere.ts';
import type { BenchTask } from './task.ts';

/** Steps before any is timed: shaders compile, pools fill, and the losses of these are compared. */
const WARM_UP_STEPS = 3;
/** A turn is as many steps as fit, but at least one; waited for once. */
const TURN_MS = 250;
/** Ours reads its metrics back every 64 steps, and may not have three readbacks under way. */
const MOST_STEPS = 100;
/** An engine whose step takes longer takes no more turns than one, and no more steps to warm up. */
const SLOW_MS = 10_000;
/** Untimed steps before a turn's, a share of them: a GPU that had nothing to do takes tens of milliseconds to wake. */
const LEAD_IN = 1 / 3;

/** An engine that is to be measured. */
export interface Entrant {
  readonly name: EngineName;
  /** Of an engine that computes on the processor; null: on a GPU. */
  readonly threads: number | null;
}

/** An engine that takes its thread count gets one entry for each. */
export const entrantsOf = (names: readonly EngineName[], threads: readonly number[]): Entrant[] =>
  names.flatMap((name): Entrant[] => {
    const { processor } = engineEntry(name);
    if (processor === undefined) return [{ name, threads: null }];
    const counts = processor === 'threads' ? threads : [1];
    return counts.map((count) => ({ name, threads: count }));
  });

export interface Measurement {
  readonly engine: EngineName;
  /** Null on a GPU. */
  readonly threads: number | null;
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

interface Contender extends Entrant {
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
  gpu: GPU | null,
  task: BenchTask,
  entrants: readonly Entrant[],
  { rounds, executes }: { rounds: number; executes: boolean },
): Promise<Measurement[]> {
  const contenders: Contender[] = [];
  for (const entrant of entrants) {
    try {
      contenders.push(await warmUp(gpu, task, entrant));
    } catch (error) {
      if (!(error instanceof NotHere)) throw error;
      note(`${entrant.name} is left out: ${error.message}`);
    }
  }
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
  for (const task of tasks)
    contenders.push(await warmUp(gpu, task, { name: 'ours', threads: null }));
  return takeTurns(contenders, rounds);
}

async function takeTurns(contenders: readonly Contender[], rounds: number): Promise<Measurement[]> {
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const { engine, devices, stepsPerTurn, turns } = contender;
      if (turns.some(({ stepMs }) => stepMs > SLOW_MS)) continue;
      const turn = await takeTurn(engine, devices, stepsPerTurn);
      turns.push(turn);
      note(
        `round ${round} of ${rounds}: ${entrantName(contender)} ${turn.stepMs.toFixed(2)} ms a step`,
      );
    }
  }
  return contenders.map(({ name, threads, engine, devices, turns }) => {
    const last = turns.at(-1);
    if (last === undefined) throw new Error('no rounds');
    return {
      engine: name,
      threads,
      stepMs: median(turns.map(({ stepMs }) => stepMs)),
      issueMs: median(turns.map(({ issueMs }) => issueMs)),
      dispatches: last.perStep('dispatches'),
      submits: last.perStep('submits'),
      bindGroupsCreated: last.perStep('bindGroupsCreated'),
      buffersCreated: last.perStep('buffersCreated'),
      gpuBytes: memoryOf(engine) ?? devices.counts.peakGpuBytes,
      opened: engine,
    };
  });
}

const memoryOf = ({ memoryBytes }: BenchEngine): number | undefined =>
  typeof memoryBytes === 'function' ? memoryBytes() : memoryBytes;

/** `ours-cpu, 2 threads` */
export function entrantName({ name, threads }: Entrant): string {
  if (engineEntry(name).processor !== 'threads') return name;
  return `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

async function warmUp(gpu: GPU | null, task: BenchTask, entrant: Entrant): Promise<Contender> {
  const started = performance.now();
  const { title, load } = engineEntry(entrant.name);
  const name = entrantName(entrant);
  const devices = countedDevices(entrant.threads === null ? gpu : null);
  const open = await load();
  const engine = await open(devices, task, entrant.threads ?? 1);
  const losses: number[] = [];
  let stepMs = 0;
  for (let step = 0; step < WARM_UP_STEPS; step++) {
    ({ stepMs } = await takeTurn(engine, devices, 1));
    losses.push(await engine.loss());
    if (step === 0) {
      const seconds = (performance.now() - started) / 1000;
      note(`${name} (${title}): first step done after ${seconds.toFixed(1)} s`);
    }
    if (stepMs > SLOW_MS) break;
  }
  const stepsPerTurn = Math.min(MOST_STEPS, Math.max(1, Math.round(TURN_MS / stepMs)));
  return { ...entrant, engine, devices, losses, stepsPerTurn, turns: [] };
}

async function takeTurn(engine: BenchEngine, devices: BenchDevices, steps: number): Promise<Turn> {
  const { counts } = devices;
  const leadIn = Math.floor(LEAD_IN * steps);
  for (let i = 0; i < leadIn; i++) await engine.issue();
  if (leadIn > 0) await engine.finish();
  engine.cpuMs?.();
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
  const elsewhereMs = engine.cpuMs?.() ?? 0;
  const after = { ...counts };
  return {
    stepMs,
    issueMs: (issueMicroseconds / 1000 + elsewhereMs) / steps,
    perStep: (count) => (after[count] - before[count]) / steps,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
