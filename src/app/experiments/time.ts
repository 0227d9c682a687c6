/** How long an experiment takes on this adapter: estimated before it was ever run here, measured afterwards. */
import type { EngineId } from '../../engine/engineNames.ts';
import { buildGraph } from '../../model/builder.ts';
import { trainingFlopsPerImage } from '../../model/cost.ts';
import { MAX_RUNS } from '../../training/protocol.ts';
import type { Arm } from './experiment.ts';
import type { Speed } from './store.ts';

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
const OVERHEAD = 1.15;

export interface AdapterSpeed {
  /** Measured at opening, 10⁹ operations a second. */
  readonly gflops: number;
  readonly machine: Machine;
  /** What earlier experiments took here. */
  readonly known: readonly Speed[];
}

export interface TimeRange {
  readonly lowMs: number;
  readonly highMs: number;
  /** Whether it is from earlier runs on this adapter. */
  readonly isMeasured: boolean;
}

/** Arms that train at once, in their order: as many rounds as it takes with four live runs. */
export function roundsOf(arms: readonly Arm[]): readonly (readonly Arm[])[] {
  const rounds: Arm[][] = [];
  for (let at = 0; at < arms.length; at += MAX_RUNS) rounds.push(arms.slice(at, at + MAX_RUNS));
  return rounds;
}

/** Milliseconds that an arm's steps add to its round, before anything was measured. */
export function estimatedArmMs({ config }: Arm, speed: AdapterSpeed): number {
  const { training, model } = config;
  const { macs, nodes } = buildGraph(model);
  const layers = nodes.filter(({ kind }) => kind === 'conv' || kind === 'linear').length;
  const flops = trainingFlopsPerImage({ macs }) * training.batchSize;
  const { gflops, machine } = speed;
  const compute = flops / (Math.max(0.1, gflops) * SHARE_OF_RATE[machine] * 1e6);
  const calls = layers * CALLS_PER_LAYER * CALL_MS[machine];
  return training.steps * OVERHEAD * (compute + calls);
}

/**
 * Time of arms still to be trained.
 * @param work names experiment and size, for what was measured of it before.
 */
export function timeOf(work: string, arms: readonly Arm[], speed: AdapterSpeed): TimeRange {
  const estimate = arms.reduce((sum, arm) => sum + estimatedArmMs(arm, speed), 0);
  const own = speed.known.find((entry) => entry.work === work);
  if (own !== undefined) {
    const ms = estimate * own.ratio;
    return { lowMs: 0.85 * ms, highMs: 1.2 * ms, isMeasured: true };
  }
  const ratios = speed.known.map(({ ratio }) => ratio);
  if (ratios.length > 0) {
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
    return { lowMs: 0.7 * low * estimate, highMs: 1.4 * high * estimate, isMeasured: false };
  }
  return { lowMs: 0.5 * estimate, highMs: 2 * estimate, isMeasured: false };
}

/** `known` with what `work` took in place of what it took before. */
export function withMeasured(
  known: readonly Speed[],
  work: string,
  measuredMs: number,
  arms: readonly Arm[],
  speed: AdapterSpeed,
): readonly Speed[] {
  const estimate = arms.reduce((sum, arm) => sum + estimatedArmMs(arm, speed), 0);
  if (!(estimate > 0) || !(measuredMs > 0)) return known;
  return [...known.filter((entry) => entry.work !== work), { work, ratio: measuredMs / estimate }];
}
