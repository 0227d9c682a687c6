/**
 * What the two ways through a residual block are multiplied by before they meet, where a config says so. A block without
 * a shortcut has no such factor: its branch is all there is.
 */
import { hash32 } from '../data/hash.ts';
import type { ModelConfig } from './config.ts';

/** Where the branch's factor starts, or stays: De & Smith 2020 start at 0, Touvron et al. 2021 near it. */
export const branchScaleStart = ({
  branchScale = 'constant',
  branchScaleStart,
}: Pick<ModelConfig, 'branchScale' | 'branchScaleStart'>): number =>
  branchScaleStart ?? { constant: 0.5, scalar: 0, channel: 0.1 }[branchScale];

/** Where a gate's bias starts: at −6, of those that He et al. 2016 tried, both kinds of gates end lowest. */
export const gateBias = ({ gateBias = -6 }: Pick<ModelConfig, 'gateBias'>): number => gateBias;

/** Whether a number is learnt for each branch, or one for each of its channels. */
export const learnsScale = ({ branchScale }: Pick<ModelConfig, 'branchScale'>): boolean =>
  branchScale === 'scalar' || branchScale === 'channel';

/** Whether branches or shortcuts are multiplied by numbers of their own, in tests too; gates are not meant. */
export const isScaled = (model: ModelConfig): boolean => {
  const { shortcuts, branchScale, shortcutScale = 1, survival = 1 } = model;
  return shortcuts && (branchScale !== undefined || shortcutScale !== 1 || survival !== 1);
};

/** Whether gates multiply shortcuts: alone, or branches too. */
export const isGated = ({ shortcuts, shortcutGate }: ModelConfig): boolean =>
  shortcuts && shortcutGate !== undefined;

/** Chance that a block's branch counts in a step: 1 − l / L · (1 − p_L) for block l of L (Huang et al. 2016, eq. 4). */
export const survivalOf = (
  { survival = 1 }: Pick<ModelConfig, 'survival'>,
  l: number,
  of: number,
) => 1 - (l / of) * (1 - survival);

/** What decides in which steps a branch counts. */
export interface Survival {
  /** The chance that it does. */
  readonly survival: number;
  /** u32; tells a branch's draws from those of others. */
  readonly stream: number;
}

/** A branch counts in the steps whose hash, a u32, is below this. */
export const survivalThreshold = ({ survival }: Pick<Survival, 'survival'>): number =>
  Math.floor(survival * 2 ** 32);

/** Whether a branch counts in a step: a function of the seed, so that a step is the same whenever it is trained. */
export const isAlive = (of: Survival, seed: number, step: number): boolean =>
  hash32(seed, of.stream, step) < survivalThreshold(of);
