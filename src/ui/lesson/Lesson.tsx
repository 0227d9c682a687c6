/** What a teacher's link sets: the task, and questions that the student answers before training and the page after it. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Answer, answerOf, QUESTIONS } from '../../app/lesson/answers.ts';
import { type Guess, readGuesses, writeGuesses } from '../../app/lesson/guesses.ts';
import type { Question } from '../../app/lesson/questions.ts';
import { isAtRest, type RunView } from '../../app/state.ts';
import { stepsOf } from '../../app/story/evidence.ts';
import { useDrawnVersion, usePage, useSession } from '../context.ts';
import './lesson.css';

/** Behind the charts. */
const DRAWN_AFTER_MS = 120;

export function Lesson() {
  const { task, questions } = usePage(({ address }) => address);
  return (
    <section className="lesson" aria-label="Task">
      {task !== null && (
        <p className="lesson-task" dir="auto">
          {task}
        </p>
      )}
      {questions.length > 0 && <Questions key={JSON.stringify(questions)} questions={questions} />}
    </section>
  );
}

function Questions({ questions }: { readonly questions: readonly Question[] }) {
  const session = useSession();
  useDrawnVersion(DRAWN_AFTER_MS);
  const { runs, isIdle } = usePage(({ runs, phase, stepsDone }) => ({
    runs,
    isIdle: stepsDone === 0 && isAtRest(phase),
  }));
  const [guesses, setGuesses] = useState(() => readGuesses(questions));
  const choose = (at: number, guess: number) => {
    const chosen = guesses.map((before, i) => (i === at ? guess : before));
    setGuesses(chosen);
    writeGuesses(questions, chosen);
  };
  if (runs.length === 0) return null;
  const historyOf = (id: string) => session.history(id);
  return (
    <>
      {isIdle && (
        <p className="hint">
          Before you press Train, mark what you expect. The page answers from what it measures.
        </p>
      )}
      <ol className="lesson-questions">
        {questions.map((question, i) => (
          <QuestionCard
            key={i}
            {...{ question, runs }}
            number={questions.length > 1 ? `${i + 1}. ` : ''}
            isOpen={isIdle}
            guess={guesses[i] ?? null}
            answer={answerOf(question, runs, historyOf)}
            steps={Math.min(...runs.map(({ id }) => stepsOf(historyOf(id))))}
            onGuess={(guess) => choose(i, guess)}
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
  readonly guess: Guess;
  readonly answer: Answer;
  readonly steps: number;
  onGuess(option: number): void;
}

function QuestionCard(props: QuestionCardProps) {
  const { question, number, runs, isOpen, guess, steps, onGuess } = props;
  const answer = useKept(props.answer, steps < question.step);
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
            <input type="radio" name={name} checked={i === guess} onChange={() => onGuess(i)} />
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

/** What was measured stays, though rows of the history are merged as training goes on. */
function useKept(answer: Answer, isBefore: boolean): Answer {
  const kept = useRef<Answer | null>(null);
  useEffect(() => {
    if (isBefore) kept.current = null;
    else if (answer.kind === 'measured') kept.current = answer;
  });
  return isBefore || answer.kind === 'measured' ? answer : (kept.current ?? answer);
}

interface VerdictProps {
  readonly answer: Answer;
  readonly isOpen: boolean;
  readonly guess: { readonly id: string; readonly label: string } | null | undefined;
}

function Verdict({ answer, isOpen, guess }: VerdictProps): ReactNode {
  if (answer.kind !== 'measured') {
    const missed = !isOpen && guess == null && answer.kind === 'open' ? 'You marked nothing. ' : '';
    return (
      <span className="hint">
        {missed}
        {answer.text}
      </span>
    );
  }
  if (guess == null) return <>Measured: {answer.text}</>;
  return guess.id === answer.option ? (
    <>
      <strong className="as-expected">✓ As you expected.</strong> {answer.text}
    </>
  ) : (
    <>
      <strong>✗ Not as you expected.</strong> {answer.text}
    </>
  );
}
