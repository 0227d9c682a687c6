/** What a teacher's link sets: the task, and questions that the student answers before training and the page after it. */
import { type ReactNode, useEffect, useId, useState } from 'react';
import { type Answer, QUESTIONS } from '../../app/lesson/answers.ts';
import {
  BLANK,
  type Card,
  lessonKey,
  readCards,
  settled,
  writeCards,
} from '../../app/lesson/guesses.ts';
import type { Question } from '../../app/lesson/questions.ts';
import { isAtRest, type RunView } from '../../app/state.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';
import { sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';
import { isEmbedded } from '../embed.ts';
import { Rich } from '../Rich.tsx';
import './lesson.css';

/** Behind the charts. */
const DRAWN_AFTER_MS = 120;

export function Lesson() {
  const { task, questions } = usePage(({ address }) => address);
  const runs = usePage((state) => state.runs);
  const lesson = lessonKey(task, questions, runs);
  return (
    <section className="lesson" aria-label={t`Task`}>
      {task !== null && (
        <p className="lesson-task" dir="auto">
          {task}
        </p>
      )}
      {questions.length > 0 && runs.length > 0 && (
        <Questions key={lesson} {...{ lesson, questions, runs }} />
      )}
    </section>
  );
}

interface QuestionsProps {
  readonly lesson: string;
  readonly questions: readonly Question[];
  readonly runs: readonly RunView[];
}

function Questions({ lesson, questions, runs }: QuestionsProps) {
  useDrawnVersion(DRAWN_AFTER_MS);
  const isIdle = usePage(({ phase, stepsDone }) => stepsDone === 0 && isAtRest(phase));
  const [cards, setCards] = useState(() => readCards(lesson, questions));
  useEffect(() => {
    // Frames of one page share the storage of its tab.
    if (!isEmbedded()) writeCards(lesson, cards);
  }, [lesson, cards]);
  return (
    <>
      {isIdle && (
        <p className="hint">
          {t`Before you press Train, mark what you expect. The page answers from what it measures.`}
        </p>
      )}
      <ol className="lesson-questions">
        {questions.map((question, i) => (
          <QuestionCard
            key={i}
            {...{ question, runs }}
            card={cards[i] ?? BLANK}
            number={questions.length > 1 ? `${i + 1}. ` : ''}
            isOpen={isIdle}
            onCard={(card) =>
              setCards((before) => before.map((other, at) => (at === i ? card : other)))
            }
          />
        ))}
      </ol>
    </>
  );
}

interface QuestionCardProps {
  readonly question: Question;
  /** Before its text. */
  readonly number: string;
  readonly runs: readonly RunView[];
  /** Nothing has been trained yet. */
  readonly isOpen: boolean;
  readonly card: Card;
  onCard(card: Card): void;
}

function QuestionCard({ question, number, runs, isOpen, card, onCard }: QuestionCardProps) {
  const session = useSession();
  const { answer, card: next } = settled(card, question, runs, (id) => session.history(id));
  useEffect(() => {
    if (next !== card) onCard(next);
  });
  const { guess } = card;
  const { text, options } = QUESTIONS[question.kind].ask(runs, question.step);
  const name = useId();
  const measured = answer.kind === 'measured' ? answer.option : null;
  return (
    <li>
      <fieldset className="lesson-question" disabled={!isOpen}>
        <legend>
          {number}
          {text}
        </legend>
        {options.map(({ id, label }, i) => (
          <label key={id} className={id === measured ? 'lesson-option measured' : 'lesson-option'}>
            <input
              type="radio"
              name={name}
              checked={i === guess}
              onChange={() => onCard({ ...card, guess: i })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className="lesson-answer" aria-live="polite">
        <Verdict {...{ answer, isOpen }} guess={guess === null ? null : options[guess]} />
      </p>
    </li>
  );
}

interface VerdictProps {
  readonly answer: Answer;
  readonly isOpen: boolean;
  readonly guess: { readonly id: string; readonly label: string } | null | undefined;
}

function Verdict({ answer, isOpen, guess }: VerdictProps): ReactNode {
  if (answer.kind !== 'measured') {
    const isMissed = !isOpen && guess == null && answer.kind === 'open';
    return (
      <span className="hint">
        {isMissed && t`You marked nothing.` + sentenceSpace}
        {answer.text}
      </span>
    );
  }
  if (guess == null) return t`Measured: ${answer.text}`;
  return (
    <Rich
      text={
        guess.id === answer.option
          ? t`<right>✓ As you expected.</right> ${answer.text}`
          : t`<wrong>✗ Not as you expected.</wrong> ${answer.text}`
      }
      marks={{
        right: (inner) => <strong className="as-expected">{inner}</strong>,
        wrong: (inner) => <strong>{inner}</strong>,
      }}
    />
  );
}
