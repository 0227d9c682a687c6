/** Tells lessons apart: by task, questions, and the networks that a link sets for them. */
import type { RunConfig } from '../../model/config.ts';
import { withAllShortcuts } from '../../model/shortcuts.ts';
import { type Question, questionText } from './questions.ts';

/** Names the networks that a link sets, whatever training changes of them; those of the page may be others by now. */
export const networksText = (runs: readonly { readonly config: RunConfig }[]): string =>
  JSON.stringify(
    runs.map(({ config }) => {
      const { model, training, data } = withAllShortcuts(config);
      return [model, data, training.seed, training.batchSize];
    }),
  );

export const lessonKey = (
  task: string | null,
  questions: readonly Question[],
  networks: string | null,
): string => JSON.stringify([task, questions.map(questionText), networks]);
