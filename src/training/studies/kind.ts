/** What every kind of study has in common. */
import type { Split } from '../../data/types.ts';
import type { StudyContext } from './studyContext.ts';

/** After a round; `partial` where there is something to show already. */
export interface StudyProgress<P> {
  /** How much of `total` is done, in any unit; may be a fraction. */
  readonly done: number;
  readonly total: number;
  readonly partial?: P;
}

/**
 * A study about to begin. `run` does one round of work, of about `ROUND_MS`, between two yields (`StudyContext.isDue` tells
 * when it is time); training continues and commands are served in between. What it takes on the device it takes through
 * the context, which frees it however the study ends.
 */
export interface StudyPlan<P, R> {
  /** The first images of splits that must have arrived; where the dataset has fewer, all. */
  readonly needs: readonly { readonly split: Split; readonly images: number }[];
  run(context: StudyContext): AsyncGenerator<StudyProgress<P>, R, void>;
}
