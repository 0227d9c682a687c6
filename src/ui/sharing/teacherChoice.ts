/** What a teacher chooses for a link, as far as it has been typed. */
import type { Lock } from '../../app/address/lock.ts';
import type { PageSetup } from '../../app/address/setup.ts';
import {
  LEAST_QUESTION_STEP,
  MOST_TASK_CHARACTERS,
  type Question,
  type QuestionKind,
  questionText,
  TASK_PATTERN,
} from '../../app/lesson/questions.ts';
import type { AddressState } from '../../app/state.ts';
import { t } from '../../text/t.ts';

export interface QuestionDraft {
  readonly kind: QuestionKind;
  /** As typed. */
  readonly step: string;
  /** The link cuts the shortcuts by itself. Of no meaning to other questions. */
  readonly cutsByItself: boolean;
}

export interface TeacherChoice {
  /** Parts, by id. */
  readonly hide: readonly string[];
  readonly lock: Lock;
  readonly task: string;
  readonly questions: readonly QuestionDraft[];
}

export const choiceOf = ({ hidden, lock, task, questions }: AddressState): TeacherChoice => ({
  ...{ hide: hidden, lock, task: task ?? '' },
  questions: questions.map(({ kind, step }) => ({ kind, step: `${step}`, cutsByItself: false })),
});

/** Whether the link says more than the networks. */
export const isForLesson = ({ hide, lock, task, questions }: TeacherChoice): boolean =>
  hide.length > 0 || lock !== false || task !== '' || questions.length > 0;

/** What is wrong with the step of a question; null: nothing. @param steps that the runs do. */
export function stepFault(step: string, steps: number): string | null {
  const value = /^\d{1,5}$/.test(step.trim()) ? Number(step) : Number.NaN;
  return value >= LEAST_QUESTION_STEP && value <= steps
    ? null
    : t`Must be a whole number from ${LEAST_QUESTION_STEP} to ${steps.toLocaleString('en-US')}, the last step.`;
}

export function taskFault(task: string): string | null {
  const text = task.trim();
  if (text === '' || TASK_PATTERN.test(text)) return null;
  return text.length > MOST_TASK_CHARACTERS
    ? t`At most ${MOST_TASK_CHARACTERS} characters.`
    : t`Plain text only, without control characters.`;
}

interface InLink {
  readonly page: Partial<PageSetup>;
  /** Steps at which the link cuts shortcuts. */
  readonly cutsAt: readonly number[];
}

/** What is complete of it. */
export function inLink({ hide, lock, task, questions }: TeacherChoice, steps: number): InLink {
  const whole = questions.filter(({ step }) => stepFault(step, steps) === null);
  const asked = whole.map(({ kind, step }): Question => ({ kind, step: Number(step) }));
  const text = task.trim();
  return {
    page: {
      ...{ hide: [...hide], lock, ask: asked.map(questionText) },
      task: text === '' || taskFault(text) !== null ? undefined : text,
    },
    cutsAt: whole
      .filter(({ kind, cutsByItself }) => kind === 'cut' && cutsByItself)
      .map(({ step }) => Number(step)),
  };
}
