/** For lessons: what students may do, what they are to do, and what they are asked before they train. */
import { useId } from 'react';
import type { Lock } from '../../app/address/lock.ts';
import { QUESTIONS } from '../../app/lesson/answers.ts';
import {
  LEAST_QUESTION_STEP,
  MOST_QUESTIONS,
  MOST_TASK_CHARACTERS,
  QUESTION_KINDS,
} from '../../app/lesson/questions.ts';
import { Check, Select } from '../inputs.tsx';
import { Rich } from '../Rich.tsx';
import { FieldByField } from './FieldByField.tsx';
import {
  isForLesson,
  type QuestionDraft,
  stepFault,
  type TeacherChoice,
  taskFault,
} from './teacherChoice.ts';
import { t } from '../../text/t.ts';

interface ForClassProps {
  readonly choice: TeacherChoice;
  /** That the runs do. */
  readonly steps: number;
  readonly onChange: (choice: TeacherChoice) => void;
}

const CHOICES: readonly (readonly [Exclude<Lock, true>, string, string])[] = [
  [false, t`All`, t`Students can change everything.`],
  [
    'explore',
    t`Explore`,
    t`The networks stay as they are. Students train, cut shortcuts and look inside.`,
  ],
  ['cut', t`Cut only`, t`Students train, pause and cut shortcuts; only the curves are shown.`],
];

export function ForClass({ choice, steps, onChange }: ForClassProps) {
  const name = useId();
  return (
    <details className="teacher" open={isForLesson(choice)}>
      <summary>{t`For teachers: what students may do, a task, questions`}</summary>
      <fieldset>
        <legend>{t`What students may do`}</legend>
        {CHOICES.map(([lock, title, text]) => (
          <label key={title} className="check">
            <input
              type="radio"
              name={name}
              checked={choice.lock === lock}
              onChange={() => onChange({ ...choice, lock })}
            />
            <span>
              <Rich
                text={t`<b>${title}.</b> ${text}`}
                marks={{ b: (inner) => <strong>{inner}</strong> }}
              />
            </span>
          </label>
        ))}
      </fieldset>
      <Task text={choice.task} onChange={(task) => onChange({ ...choice, task })} />
      <Questions
        {...{ steps }}
        questions={choice.questions}
        onChange={(questions) => onChange({ ...choice, questions })}
      />
      <FieldByField {...{ choice, onChange }} />
    </details>
  );
}

function Task(props: { readonly text: string; readonly onChange: (text: string) => void }) {
  const { text, onChange } = props;
  const id = useId();
  const fault = taskFault(text);
  return (
    <div className="column teacher-task">
      <label htmlFor={id}>{t`Task`}</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-note`} className={fault === null ? 'hint' : 'error'}>
        {fault ??
          t`Plain text, shown above the networks: ${text.trim().length} of ${MOST_TASK_CHARACTERS} characters.`}
      </p>
    </div>
  );
}

interface QuestionsProps {
  readonly questions: readonly QuestionDraft[];
  readonly steps: number;
  readonly onChange: (questions: readonly QuestionDraft[]) => void;
}

/** About a third of the way, at a round number. */
const usualStep = (steps: number): number =>
  Math.max(LEAST_QUESTION_STEP, 100 * Math.floor(Math.min(steps, 1500) / 300));

function Questions({ questions, steps, onChange }: QuestionsProps) {
  const canAsk = questions.length < MOST_QUESTIONS && steps >= LEAST_QUESTION_STEP;
  const ask = () => {
    const asked = new Set(questions.map(({ kind }) => kind));
    const kind = QUESTION_KINDS.find((one) => !asked.has(one)) ?? QUESTION_KINDS[0];
    onChange([...questions, { kind, step: `${usualStep(steps)}`, cutsByItself: true }]);
  };
  const replace = (at: number, change: Partial<QuestionDraft>) =>
    onChange(questions.map((one, i) => (i === at ? { ...one, ...change } : one)));
  return (
    <fieldset>
      <legend>{t`Questions: students mark what they expect, train, and the page answers`}</legend>
      {questions.map((question, i) => (
        <QuestionRow
          key={i}
          {...{ question, steps }}
          number={i + 1}
          onChange={(change) => replace(i, change)}
          onRemove={() => onChange(questions.filter((_, other) => other !== i))}
        />
      ))}
      {canAsk && (
        <button type="button" onClick={ask}>
          {questions.length === 0 ? t`Ask a question` : t`Ask another`}
        </button>
      )}
    </fieldset>
  );
}

interface QuestionRowProps {
  readonly question: QuestionDraft;
  readonly steps: number;
  readonly number: number;
  readonly onChange: (change: Partial<QuestionDraft>) => void;
  readonly onRemove: () => void;
}

function QuestionRow({ question, steps, number, onChange, onRemove }: QuestionRowProps) {
  const id = useId();
  const { kind, step, cutsByItself } = question;
  const fault = stepFault(step, steps);
  return (
    <div className="row teacher-question">
      <Select
        aria-label={t`Question ${number}`}
        value={kind}
        options={QUESTION_KINDS.map((one) => [one, QUESTIONS[one].title] as const)}
        onChange={(other) => onChange({ kind: other })}
      />
      <span className="inline-field">
        <label htmlFor={id}>{t`at step`}</label>
        <input
          id={id}
          type="text"
          inputMode="numeric"
          size={6}
          value={step}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : `${id}-fault`}
          onChange={(event) => onChange({ step: event.target.value })}
        />
      </span>
      {kind === 'cut' && (
        <Check
          checked={cutsByItself}
          onChange={(checked) => onChange({ cutsByItself: checked })}
        >{t`The link cuts them`}</Check>
      )}
      <button
        type="button"
        className="quiet"
        aria-label={t`Remove question ${number}`}
        onClick={onRemove}
      >
        ×
      </button>
      {fault !== null && (
        <p id={`${id}-fault`} className="error">
          {fault}
        </p>
      )}
    </div>
  );
}
