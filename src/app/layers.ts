/** The weight layers of a net in depth order, and their gradient norms: what the heat map and the profile show. */
import { t } from '../text/t.ts';

export interface WeightLayer {
  /** Index into the names that it was found among: the run's parameters, for weights. */
  readonly parameter: number;
  /** `layer1.0.conv1`, `fc` */
  readonly name: string;
  /** 0 at the input … 1 at the classifier, so that nets of different depth share an axis. */
  readonly depth: number;
}

/**
 * Convolutions and the classifier on the main path, input first. Projections lie on shortcuts and have no place in the
 * order, BatchNorm and biases are left out: the paper's plain and residual nets then have the same layers.
 * @param parameterNames torchvision's names in state-dict order.
 */
export function weightLayers(parameterNames: readonly string[]): WeightLayer[] {
  return matching(parameterNames, /^((?:layer\d+\.\d+\.)?conv\d+|fc)\.weight$/);
}

/** The convolutions of the main path among the layers whose responses are measured, input first. */
export function responseLayers(activationNames: readonly string[]): WeightLayer[] {
  return matching(activationNames, /^((?:layer\d+\.\d+\.)?conv\d+)$/);
}

function matching(names: readonly string[], pattern: RegExp): WeightLayer[] {
  const found = names.flatMap((name, parameter) => {
    const layer = pattern.exec(name)?.[1];
    return layer === undefined ? [] : [{ parameter, name: layer }];
  });
  const last = Math.max(1, found.length - 1);
  return found.map((layer, i) => ({ ...layer, depth: i / last }));
}

/** Layers of one stage in the paper's terms, `start` ≤ index < `end`. */
interface StageBand {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

/** `conv1`, `conv2_x`, …, `fc`: which layers belong together. */
export function stageBands(layers: readonly WeightLayer[]): StageBand[] {
  const bands: StageBand[] = [];
  for (const [i, { name }] of layers.entries()) {
    const stage = /^layer(\d+)\./.exec(name)?.[1];
    const label = stage === undefined ? name : `conv${Number(stage) + 1}_x`;
    const last = bands.at(-1);
    if (last?.label === label) bands[bands.length - 1] = { ...last, end: i + 1 };
    else bands.push({ label, start: i, end: i + 1 });
  }
  return bands;
}

/**
 * The first layer's gradient norm over that of the last convolution: far above 1 the gradient explodes towards the
 * input, far below 1 it vanishes. The classifier is another kind of layer, and is left out.
 */
export function gradientRatio(layers: readonly WeightLayer[], gradNorm: Float32Array): number {
  const convolutions = layers.filter(({ name }) => name !== 'fc');
  const [first, last] = [convolutions[0], convolutions.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return (gradNorm[first.parameter] ?? Number.NaN) / (gradNorm[last.parameter] ?? Number.NaN);
}

/** Steps over which the ratio is averaged: that of a single batch scatters. */
const RATIO_STEPS = 50;

/** The geometric mean of the ratio over the last steps; NaN where there are none, or a norm is 0 or not finite. */
export function recentGradientRatio(history: GradientRows): number {
  const { length, latest } = history;
  if (latest === null) return Number.NaN;
  const layers = weightLayers(history.parameterNames);
  const first = Math.max(0, history.rowOf(latest.step - RATIO_STEPS + 1));
  let sum = 0;
  for (let row = first; row < length; row++) {
    sum += Math.log(gradientRatio(layers, history.row('gradNorm', row)));
  }
  const ratio = Math.exp(sum / (length - first));
  return ratio > 0 && Number.isFinite(ratio) ? ratio : Number.NaN;
}

/** What is needed of a run's history. */
interface GradientRows {
  readonly length: number;
  readonly latest: { readonly step: number } | null;
  readonly parameterNames: readonly string[];
  rowOf(step: number): number;
  row(quantity: 'gradNorm', row: number): Float32Array;
}

/** Up to a factor of three the pull is even enough for one learning rate to suit all layers. */
const EVEN = 3;

export const vanishes = (ratio = Number.NaN): boolean => ratio < 1 / EVEN;

/** What a ratio says of the gradient on its way to the input. */
export const ratioWord = (ratio: number): string =>
  vanishes(ratio) ? t`vanishes` : ratio > EVEN ? t`explodes` : t`even`;

/**
 * Range of log10‖g‖ over all runs from the 1st to the 99th per cent of their values, in whole halves, so that one
 * early spike does not make every later gradient look vanished.
 * @param samples gradient norms; zeros (cut layers) and what is not finite are passed over.
 */
export function robustLogRange(samples: Iterable<number>): readonly [number, number] {
  const logs = Float32Array.from(
    [...samples].filter((norm) => norm > 0 && Number.isFinite(norm)),
    Math.log10,
  ).sort();
  if (logs.length === 0) return [-2, 1];
  const at = (share: number) => logs[Math.round(share * (logs.length - 1))] ?? 0;
  const low = Math.floor(at(0.01) * 2) / 2;
  const high = Math.ceil(at(0.99) * 2) / 2;
  return high - low < 1 ? [low - 0.5, high + 0.5] : [low, high];
}
