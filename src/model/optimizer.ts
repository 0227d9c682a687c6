/** What an optimizer's settings mean, alike on every engine and in `train.py`. */
import { exp, log } from '../data/elementary.ts';
import type { TrainingConfig } from './config.ts';
import type { Parameter, ParameterRole } from './graph.ts';

export type OptimizerConfig = TrainingConfig['optimizer'];

/** What an optimizer keeps of past gradients, a number for each weight. */
export type Moment = 'momentum' | 'secondMoment';

export const isAdam = ({ type }: Pick<OptimizerConfig, 'type'>): boolean =>
  type === 'adam' || type === 'adamw';

export const momentsOf = (optimizer: Pick<OptimizerConfig, 'type'>): readonly Moment[] =>
  isAdam(optimizer) ? ['momentum', 'secondMoment'] : ['momentum'];

/** Parts of a network's state with a number for each weight, beside the weights. */
export const keptPerWeight = ({
  optimizer,
  averageDecay,
}: Pick<TrainingConfig, 'optimizer' | 'averageDecay'>): number =>
  momentsOf(optimizer).length + (averageDecay === undefined ? 0 : 1);

/**
 * Share of the weights that a step leaves in their moving average: 1 − decay, but in the first steps more, so that the
 * average soon forgets the initial weights (as TensorFlow's ExponentialMovingAverage with `num_updates`).
 * @param step from 0.
 */
export const averageRate = (decay: number, step: number): number =>
  1 - Math.min(decay, (1 + step) / (10 + step));

/** Adam's β₁, β₂ and ε; what is left out is PyTorch's default. */
export function adamSettings({ momentum, beta2 = 0.999, epsilon = 1e-8 }: OptimizerConfig) {
  return { beta1: momentum, beta2, epsilon };
}

export interface AdamScales {
  /** rate / (1 − β₁ᵗ) */
  readonly stepSize: number;
  /** √(1 − β₂ᵗ) */
  readonly secondRoot: number;
}

/** What corrects Adam's moments for their start at zero (Kingma & Ba 2015, §3). @param t steps with this one, from 1. */
export function adamScales(
  optimizer: OptimizerConfig,
  learningRate: number,
  t: number,
): AdamScales {
  const { beta1, beta2 } = adamSettings(optimizer);
  return {
    stepSize: learningRate / (1 - power(beta1, t)),
    secondRoot: Math.sqrt(1 - power(beta2, t)),
  };
}

/** xⁿ for 0 ≤ x < 1, by the formulas that give the same bits everywhere. */
const power = (x: number, n: number): number => (x === 0 ? 0 : exp(n * log(x)));

/** What Muon multiplies the orthogonal direction of a filter [outputs, …] by: √max(1, outputs / inputs of each). */
export const muonScale = ([outputs = 1, ...each]: readonly number[]): number =>
  Math.sqrt(Math.max(1, outputs / each.reduce((product, n) => product * n, 1)));

/** The field with what a kind of parameter multiplies the learning rate by. */
type RateField = 'filterRate' | 'normAndBiasRate' | 'classifierRate';

const RATE_FIELDS: Readonly<Record<ParameterRole, RateField>> = {
  convWeight: 'filterRate',
  convBias: 'normAndBiasRate',
  branchScale: 'normAndBiasRate',
  gateBias: 'normAndBiasRate',
  normWeight: 'normAndBiasRate',
  normBias: 'normAndBiasRate',
  linearWeight: 'classifierRate',
  linearBias: 'classifierRate',
};

/** How an optimizer moves a parameter in particular. */
export interface Descent {
  /** Weight decay: filters and the classifier's weights always have it. */
  readonly decay: number;
  /** What the learning rate is multiplied by. */
  readonly rateFactor: number;
}

export function descentOf(
  { role, isFrozen = false }: Pick<Parameter, 'role' | 'isFrozen'>,
  { optimizer, decayNormAndBias = true, ...rates }: DescentConfig,
): Descent {
  const decays = decayNormAndBias || role === 'convWeight' || role === 'linearWeight';
  return {
    decay: decays ? optimizer.weightDecay : 0,
    rateFactor: isFrozen ? 0 : (rates[RATE_FIELDS[role]] ?? 1),
  };
}

type DescentConfig = Pick<TrainingConfig, 'optimizer'> &
  Partial<Pick<TrainingConfig, 'decayNormAndBias' | RateField>>;
