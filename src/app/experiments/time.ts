/** How long an experiment takes on this adapter: estimated before it was ever run here, measured afterwards. */
import { MAX_RUNS } from '../../training/protocol/commands.ts';
import { type AdapterRate, estimatedRunMs } from '../trainingTime.ts';
import type { Arm } from './experiment.ts';
import type { Speed } from './store.ts';

export interface AdapterSpeed extends AdapterRate {
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
export const estimatedArmMs = ({ config }: Arm, speed: AdapterSpeed): number =>
  estimatedRunMs(config, speed);

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
