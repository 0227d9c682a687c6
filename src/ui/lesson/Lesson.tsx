/** What a teacher's link sets: the task, and questions that the student answers before training and the page after it. */
import { type ReactNode, useCallback, useEffect, useId, useState } from 'react';
import { type Answer, QUESTIONS } from '../../app/lesson/answers.ts';
import { BLANK, type Card, readCards, settled, writeCards } from '../../app/lesson/guesses.ts';
import { lessonKey } from '../../app/lesson/lessonKey.ts';
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
  const { task, questions, networks } = usePage(({ address }) => address);
  const runs = usePage((state) => state.runs);
  const lesson = lessonKey(task, questions, networks);
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
  const isIdle = usePage((state) => state.stepsDone === 0 && isAtRest(state));
  const [cards, setCards] = useState(() => readCards(lesson, questions));
  useEffect(() => {
    // Frames of one page share the storage of its tab.
    if (!isEmbedded()) writeCards(lesson, cards);
  }, [lesson, cards]);
  const setCard = useCallback(
    (at: number, card: Card) =>
      setCards((before) => before.map((other, i) => (i === at ? card : other))),
    [],
  );
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
            {...{ question, runs, at: i, setCard }}
            card={cards[i] ?? BLANK}
            number={questions.length > 1 ? `${i + 1}. ` : ''}
            isOpen={isIdle}
          />
        ))}
      </ol>
    </>
  );
}

interface QuestionCardProps {
  readonly question: Question;
  /** Its place among the questions. */
  readonly at: number;
  /** Before its text. */
  readonly number: string;
  readonly runs: readonly RunView[];
  /** Nothing has been trained yet. */
  readonly isOpen: boolean;
  readonly card: Card;
  setCard(at: number, card: Card): void;
}

function QuestionCard(props: QuestionCardProps) {
  const { question, at, number, runs, isOpen, card, setCard } = props;
  const session = useSession();
  const { answer, card: next } = settled(card, question, runs, (id) => session.history(id));
  useEffect(() => {
    if (next !== card) setCard(at, next);
  }, [at, card, next, setCard]);
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
        {options.map(({ id, mark, label }) => (
          <label key={id} className={id === measured ? 'lesson-option measured' : 'lesson-option'}>
            <input
              type="radio"
              name={name}
              checked={mark === guess}
              onChange={() => setCard(at, { ...card, guess: mark })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className="lesson-answer" aria-live="polite">
        <Verdict
          {...{ answer, isOpen }}
          isMarked={guess !== null}
          guessed={options.find(({ mark }) => mark === guess)?.id}
        />
      </p>
    </li>
  );
}

interface VerdictProps {
  readonly answer: Answer;
  readonly isOpen: boolean;
  readonly isMarked: boolean;
  /** The id of the option marked; undefined: none was, or its run is gone. */
  readonly guessed: string | undefined;
}

function Verdict({ answer, isOpen, isMarked, guessed }: VerdictProps): ReactNode {
  if (answer.kind !== 'measured') {
    const isMissed = !isOpen && !isMarked && answer.kind === 'open';
    return (
      <span className="hint">
        {isMissed && t`You marked nothing.` + sentenceSpace}
        {answer.text}
      </span>
    );
  }
  if (guessed === undefined) return t`Measured: ${answer.text}`;
  return (
    <Rich
      text={
        guessed === answer.option
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
