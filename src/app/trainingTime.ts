/** How long training takes on an adapter: estimated from the networks, and corrected by what steps took here. */
import type { EngineId } from '../engine/engineNames.ts';
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import { estimatedStepMs } from '../model/cost.ts';
import type { LayerGraph } from '../model/graph.ts';
import { isOver, type PageState, type RunView } from './state.ts';

/** What computes: a GPU, a software adapter behind WebGPU, or the processor's own kernels. */
export type Machine = 'gpu' | 'softwareGpu' | 'processor';

export const machineOf = (engine: EngineId | null, isSoftware: boolean): Machine =>
  engine === 'cpu' ? 'processor' : isSoftware ? 'softwareGpu' : 'gpu';

/** Calls per convolution: forward, both gradients, BatchNorm, activation, update, sums. */
const CALLS_PER_LAYER = 9;
/** Between two calls, whatever they compute. */
const CALL_MS: Readonly<Record<Machine, number>> = {
  gpu: 0.01,
  softwareGpu: 0.05,
  processor: 0.005,
};
/**
 * Share of the rate measured at opening that the layers of real nets reach. On GPUs that rate is one well-filled
 * convolution's; on the processor it is that of training a small net.
 */
const SHARE_OF_RATE: Readonly<Record<Machine, number>> = {
  gpu: 0.6,
  softwareGpu: 0.6,
  processor: 1,
};
/** Scheduled tests, snapshots and the test at the end. */
export const OVERHEAD = 1.15;

export interface AdapterRate {
  /** Measured at opening, 10⁹ operations a second. */
  readonly gflops: number;
  readonly machine: Machine;
}

/** Milliseconds of one step, without tests and snapshots. @throws ConfigError where the network can't be built. */
function stepMsOf(
  { model, training }: RunConfig,
  { gflops, machine }: AdapterRate,
  graph: LayerGraph = buildGraph(model),
): number {
  const layers = graph.nodes.filter(({ kind }) => kind === 'conv' || kind === 'linear').length;
  const rate = Math.max(0.1, gflops) * SHARE_OF_RATE[machine];
  return (
    estimatedStepMs(graph, training.batchSize, rate) + layers * CALLS_PER_LAYER * CALL_MS[machine]
  );
}

/** Milliseconds of all its steps, tests included. */
export const estimatedRunMs = (config: RunConfig, rate: AdapterRate): number =>
  config.training.steps * OVERHEAD * stepMsOf(config, rate);

/** What a plan's time is worked out from. */
export type Rated = Pick<PageState, 'gflops' | 'engine' | 'adapter' | 'paceRatio'>;

/** What is known of the adapter; null before it has been measured. */
function rateOf({ gflops, engine, adapter }: Omit<Rated, 'paceRatio'>): AdapterRate | null {
  if (gflops === null) return null;
  return { gflops, machine: machineOf(engine?.id ?? null, adapter?.isSoftware ?? false) };
}

/**
 * How many times their estimate the steps of the runs in training take; null where none have been measured. Runs that
 * have ended are no longer in a step, unless all have.
 */
export function measuredRatio(state: PageState): number | null {
  const rate = rateOf(state);
  const { throughput, stepsDone, runs } = state;
  if (rate === null || throughput === null || stepsDone === 0) return null;
  const isLive = (run: RunView) => !isOver(run);
  const longest = Math.max(...runs.map(({ config }) => config.training.steps));
  const live = runs.some(isLive)
    ? runs.filter(isLive)
    : runs.filter(({ config }) => config.training.steps === longest);
  const estimate = live.reduce((sum, { config }) => sum + stepMsOf(config, rate), 0);
  return estimate > 0 ? throughput.stepMs / estimate : null;
}

export interface PlannedTime {
  /** Of one step, the tests' share included. */
  readonly stepMs: number;
  /** From beginning to end. */
  readonly wholeMs: number;
}

/**
 * One run's; null before the adapter has been measured.
 * @param graph of its model, where it is there already: deep nets take milliseconds to build.
 * @throws ConfigError where the network can't be built.
 */
export function plannedTime(
  config: RunConfig,
  state: Rated,
  graph?: LayerGraph,
): PlannedTime | null {
  const rate = rateOf(state);
  if (rate === null) return null;
  const stepMs = OVERHEAD * stepMsOf(config, rate, graph) * (state.paceRatio ?? 1);
  return { stepMs, wholeMs: config.training.steps * stepMs };
}

/** When training was begun or went on, and at which step. */
export interface Since {
  readonly ms: number;
  readonly step: number;
}

/** The clock tells more than the steps' own time: tests, snapshots and other programs take theirs. */
const ENOUGH_STEPS = 20;
const ENOUGH_MS = 5000;

/** Milliseconds until the last step, from what the steps since then took by the clock. */
export function timeLeftMs(since: Since, now: Since, lastStep: number, stepMs: number): number {
  const [steps, ms] = [now.step - since.step, now.ms - since.ms];
  const isEnough = steps >= ENOUGH_STEPS && ms >= ENOUGH_MS;
  return (lastStep - now.step) * (isEnough ? ms / steps : OVERHEAD * stepMs);
}
