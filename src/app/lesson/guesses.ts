/** What a student expects of a lesson and what was measured, kept for reloads of the tab, by question. */
import * as z from 'zod/mini';
import { readJson, sessionArea, type StorageArea, writeJson } from '../../storage/webStorage.ts';
import type { RunHistory } from '../../training/history.ts';
import type { RunView } from '../state.ts';
import { stepsOf } from '../story/evidence.ts';
import { type Answer, answerOf, QUESTIONS } from './answers.ts';
import { MOST_QUESTIONS, type Question } from './questions.ts';

const place = z.int().check(z.minimum(0));
const cardSchema = z.strictObject({
  /** The `mark` of the option chosen, which may be gone with its run; null: none was. */
  guess: z.nullable(z.string()),
  /** The place of the option that was measured, with its numbers; null: none was. */
  answer: z.nullable(
    z.strictObject({ option: place, text: z.string(), pastOf: z.array(z.string()) }),
  ),
});
const schema = z.array(cardSchema).check(z.maxLength(MOST_QUESTIONS));

/** What is kept of a question. `pastOf`: the `startId`s of the runs that it was measured of. */
export type Card = Readonly<z.infer<typeof cardSchema>>;

export const BLANK: Card = { guess: null, answer: null };

const storageKey = (lesson: string): string => `guesses ${lesson}`;

/** One a question; blank where they were not answered in this tab. */
export function readCards(
  lesson: string,
  questions: readonly Question[],
  area: StorageArea = sessionArea,
): readonly Card[] {
  const stored = schema.safeParse(readJson(area, storageKey(lesson))).data;
  return questions.map((_, i) => stored?.[i] ?? BLANK);
}

export const writeCards = (
  lesson: string,
  cards: readonly Card[],
  area: StorageArea = sessionArea,
): void => writeJson(area, storageKey(lesson), cards);

/**
 * A question's answer now, and its card with what is to be kept of it: what was measured stays, though the history merges
 * its steps as training goes on, until the runs are reset or go back to before it.
 */
export function settled(
  card: Card,
  question: Question,
  runs: readonly RunView[],
  historyOf: (id: string) => RunHistory,
): { readonly answer: Answer; readonly card: Card } {
  const pastOf = runs.flatMap(({ startId }) => startId ?? []);
  const training = runs.filter(({ diverged }) => diverged === null);
  const steps = Math.min(...training.map(({ id }) => stepsOf(historyOf(id))));
  const { options } = QUESTIONS[question.kind].ask(runs, question.step);
  const kept = card.answer?.pastOf.join() === pastOf.join() ? card.answer : null;
  const known = kept === null ? undefined : options[kept.option];
  if (kept !== null && known !== undefined && steps >= question.step) {
    return { answer: { kind: 'measured', option: known.id, text: kept.text }, card };
  }
  const answer = answerOf(question, runs, historyOf);
  if (answer.kind === 'measured' && pastOf.length === runs.length) {
    const { text } = answer;
    const option = options.findIndex(({ id }) => id === answer.option);
    // What is measured again and again is kept once: a new card has the page drawn again.
    const isKept = kept?.option === option && kept.text === text;
    return { answer, card: isKept ? card : { ...card, answer: { option, text, pastOf } } };
  }
  // Before a reloaded run is back, it has no steps.
  return { answer, card: kept !== null && steps > 0 ? { ...card, answer: null } : card };
}
