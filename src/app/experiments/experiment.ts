/** What an experiment is: runs to compare, what a paper measured, and what our numbers say. One file an experiment. */
import type { RunConfig, ScheduledChange } from '../../model/config.ts';
import type { ArmResult } from './armResult.ts';
import type { ExperimentSize } from './sizes.ts';
import { t } from '../../text/t.ts';

/** One run of an experiment. */
export interface Arm {
  /** Unique within the experiment, the same in every size. */
  readonly id: string;
  /** What the run is called; differs from the other arms' names. */
  readonly name: string;
  readonly config: RunConfig;
  readonly changes: readonly ScheduledChange[];
}

/** What papers measured, as files name it, and for people. */
export const QUANTITIES = {
  'Test error': t`Test error`,
  'Top-1 error': t`Top-1 error`,
  'Gradient norm, growth per layer': t`Gradient norm, growth per layer`,
  'Epochs to 94 %': t`Epochs to 94 %`,
} as const satisfies Readonly<Record<string, string>>;
type PublishedQuantity = keyof typeof QUANTITIES;

interface PublishedValue {
  readonly label: string;
  readonly value: number;
  /** Written in place of the value: `> 20 %`. */
  readonly text?: string;
  /** Written after the value where the value alone would mislead: `±0.12`. */
  readonly note?: string;
  /** Our arm that stands for it. */
  readonly arm?: string;
}

export interface Published {
  readonly quantity: PublishedQuantity;
  /** `%`, `×` */
  readonly unit: string;
  readonly values: readonly PublishedValue[];
  /** Paper, section, table. */
  readonly source: string;
  /** What was trained there, on what, for how long: one sentence. */
  readonly setting: string;
}

/** A line of a figure over depth: the arms that are its points, the shallowest first. */
export interface DepthLine {
  readonly name: string;
  readonly arms: readonly string[];
}

/** How the figure shows the runs. */
export type FigureKind =
  /** Training error or loss against the step. */
  | { readonly type: 'curves'; readonly quantity: 'error' | 'loss' }
  /** Gradient norm of every layer against its depth, mean over the first steps. */
  | { readonly type: 'profile' }
  /** The first layer's gradient norm over that of the last convolution, against the step. */
  | { readonly type: 'flow' }
  /** Test accuracy against the epochs. */
  | { readonly type: 'epochs' }
  /** Training error at the end against depth, a line of arms each; drawn as they finish. */
  | { readonly type: 'depths'; readonly lines: readonly DepthLine[] }
  /** Training and test error at the end, a pair of bars an arm. */
  | { readonly type: 'bars' };

/** The result, computed from our numbers. */
export interface Verdict {
  /** Whether it agrees with the paper by more than chance; null: there is nothing to compare. */
  readonly agrees: boolean | null;
  /** One to three sentences. */
  readonly text: string;
}

/** A number of ours beside the published ones, in their unit. */
export interface OwnValue {
  readonly arm: string;
  readonly value: number;
}

export interface Experiment {
  /** Its name in the page's address. */
  readonly id: string;
  readonly title: string;
  /** One line. */
  readonly question: string;
  /** One paragraph. */
  readonly lookFor: string;
  readonly published: Published;
  /** How each size differs from the paper, and what that does to the effect; a sentence or two. */
  readonly scale: Readonly<Record<ExperimentSize, string>>;
  /**
   * Standard deviation of an arm's training error at the end from seed to seed, in points, or of its test error where the
   * figure is of tests; verdicts take smaller differences for chance. Null: the experiment compares no errors.
   */
  readonly seedScatter: number | null;
  readonly figure: FigureKind;
  /** @param without arms that are left out, as are their tricks in all others. */
  readonly arms: (size: ExperimentSize, without?: readonly string[]) => readonly Arm[];
  /** Arms that may be left out, in their order. */
  readonly switches?: readonly Pick<Arm, 'id' | 'name'>[];
  /** Our values of the published quantity, where we measure it. */
  readonly own: (results: readonly ArmResult[]) => readonly OwnValue[];
  /** @param results of all arms, in their order. */
  readonly verdict: (results: readonly ArmResult[]) => Verdict;
}
