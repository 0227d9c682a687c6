/** What a student expects, kept for reloads of the tab: places of options, by question. */
import * as z from 'zod/mini';
import { readJson, sessionArea, type StorageArea, writeJson } from '../../storage/webStorage.ts';
import { MOST_QUESTIONS, type Question, questionText } from './questions.ts';

const KEY = 'guesses';
const schema = z.strictObject({
  questions: z.array(z.string()).check(z.maxLength(MOST_QUESTIONS)),
  guesses: z.array(z.nullable(z.int())).check(z.maxLength(MOST_QUESTIONS)),
});

/** Place of the option chosen; null: none was. */
export type Guess = number | null;

/** One a question; none where these questions were not answered in this tab. */
export function readGuesses(
  questions: readonly Question[],
  area: StorageArea = sessionArea,
): readonly Guess[] {
  const stored = schema.safeParse(readJson(area, KEY)).data;
  const isThese = stored?.questions.join() === questions.map(questionText).join();
  return questions.map((_, i) => (isThese ? (stored?.guesses[i] ?? null) : null));
}

export function writeGuesses(
  questions: readonly Question[],
  guesses: readonly Guess[],
  area: StorageArea = sessionArea,
): void {
  writeJson(area, KEY, { questions: questions.map(questionText), guesses });
}
