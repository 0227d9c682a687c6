/** Questions that a teacher's link asks before training (`ask=lead.400,cut.500`); the page answers them by its numbers. */

/** In the order in which they are offered. */
export const QUESTION_KINDS = ['lead', 'cut', 'gradient'] as const;
export type QuestionKind = (typeof QUESTION_KINDS)[number];

export interface Question {
  readonly kind: QuestionKind;
  /** Steps after which it is answered. */
  readonly step: number;
}

export const MOST_QUESTIONS = 3;
/** So many steps are compared. */
export const LEAST_QUESTION_STEP = 100;
export const MOST_QUESTION_STEP = 99_999;
/** As the address has it. */
export const QUESTION_PATTERN = new RegExp(`^(?:${QUESTION_KINDS.join('|')})\\.[1-9]\\d{2,4}$`);

export const MOST_TASK_CHARACTERS = 600;
/** Any character but those that control a terminal or a text's direction; lines may end. */
export const TASK_PATTERN = new RegExp(
  `^(?:[^\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069]|\\n){1,${MOST_TASK_CHARACTERS}}$`,
  'u',
);

export const questionText = ({ kind, step }: Question): string => `${kind}.${step}`;

/** @param text that fits `QUESTION_PATTERN`. @throws Error for any other. */
export function questionOf(text: string): Question {
  const [name, step] = text.split('.');
  const kind = QUESTION_KINDS.find((one) => one === name);
  if (kind === undefined) throw new Error(`no question ${text}`);
  return { kind, step: Number(step) };
}
