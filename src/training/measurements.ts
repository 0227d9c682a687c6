/** What is measured of every step, and the columns in which a run's history keeps it. */
import type { LayerNames } from '../model/layerNames.ts';

/** Quantities of a step, and how many numbers each has: one for the step itself, or one for every name of a list. */
export const QUANTITIES = {
  loss: 'step',
  accuracy: 'step',
  learningRate: 'step',
  elapsedMs: 'step',
  gradNorm: 'parameterNames',
  weightNorm: 'parameterNames',
  updateNorm: 'parameterNames',
  activationStd: 'activationNames',
} as const satisfies Record<string, 'step' | keyof LayerNames>;

export type Quantity = keyof typeof QUANTITIES;

/** Consecutive steps of one run. Arrays are transferred. */
export interface MetricsBatch {
  /** The run's id. */
  readonly id: string;
  /** [count] */
  readonly step: Uint32Array;
  readonly loss: Float32Array;
  readonly accuracy: Float32Array;
  readonly learningRate: Float32Array;
  /** Milliseconds of training, pauses not counted, when the step was done. */
  readonly elapsedMs: Float64Array;
  /** [count, parameters], row-major; the order of `prepared`'s `parameterNames`. */
  readonly gradNorm: Float32Array;
  /** The same shape: norms of the parameters before the step, and of what the step subtracted from them. */
  readonly weightNorm: Float32Array;
  readonly updateNorm: Float32Array;
  /** [count, layers], row-major; the order of `prepared`'s `activationNames`. */
  readonly activationStd: Float32Array;
}

/** What is measured of the layers in one step. */
export interface StepStatistics {
  /** [parameters] */
  readonly weightNorm: Float32Array;
  readonly updateNorm: Float32Array;
  /** [activation layers] */
  readonly activationStd: Float32Array;
}

export type StatisticKind = keyof StepStatistics;

/** A test of a run after `step` steps. */
export interface Evaluated {
  readonly step: number;
  readonly loss: number;
  /** 0–1 */
  readonly accuracy: number;
}

/** How the values of several steps become one: that of the last step, their mean, or their extremes. */
export type Merge = 'last' | 'mean' | 'min' | 'max';

export interface ColumnSpec {
  /** Also the name of its tensor in a checkpoint. */
  readonly name: string;
  /** The quantities that a row holds, side by side. */
  readonly of: readonly Quantity[];
  readonly merge: Merge;
  readonly array: Float32ArrayConstructor | Float64ArrayConstructor;
  /** The value of a layer in rows from before it existed. */
  readonly missing: number;
}

const column = (
  name: string,
  merge: Merge,
  of: readonly [Quantity, ...Quantity[]],
  more: Partial<ColumnSpec> = {},
): ColumnSpec => ({ name, of, merge, array: Float32Array, missing: Number.NaN, ...more });

/** The history's rows. */
export const HISTORY_COLUMNS: readonly ColumnSpec[] = [
  column('loss.mean', 'mean', ['loss']),
  column('loss.min', 'min', ['loss']),
  column('loss.max', 'max', ['loss']),
  column('accuracy.mean', 'mean', ['accuracy']),
  column('accuracy.min', 'min', ['accuracy']),
  column('accuracy.max', 'max', ['accuracy']),
  column('learningRate', 'last', ['learningRate']),
  column('elapsedMs', 'last', ['elapsedMs'], { array: Float64Array }),
  column('gradNorm', 'mean', ['gradNorm'], { missing: 0 }),
];

/** The coarser rows of all other measurements of the layers. */
export const STATISTICS_COLUMNS: readonly ColumnSpec[] = [
  column('values', 'mean', ['weightNorm', 'updateNorm', 'activationStd']),
];
