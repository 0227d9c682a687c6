/** What the weights do not reveal about their network, as questions to the user. */
import type { ModelConfig } from '../../model/config.ts';
import type { OpenQuestion } from '../../weights/match/openQuestions.ts';
import { SelectField } from '../fields.tsx';
import type { Choice, Settings } from './choices.ts';
import { PaddingPicture } from './PaddingPicture.tsx';
import type { Score } from './useTrial.ts';
import { t } from '../../text/t.ts';

interface QuestionProps {
  readonly question: OpenQuestion;
  readonly choice: Choice;
  readonly paddingA: ModelConfig['paddingA'];
  /** How well its answers did on test images, as far as they were tried. */
  readonly scores: readonly Score[];
  readonly onAnswer: (answers: Settings) => void;
}

export function Question({ question, choice, paddingA, scores, onAnswer }: QuestionProps) {
  const { field, why } = question;
  const { label, value, options, settings } = choice;
  const best = scores.toSorted((a, b) => b.accuracy - a.accuracy)[0];
  const isBetter = best !== undefined && best.value !== value && scores.length > 1;
  return (
    <div className="column">
      <SelectField
        {...{ label, value, options, hint: why }}
        field={field.replace(/^\w+$|^\w+(?=\.)/, 'import')}
        onChange={(chosen) => onAnswer(settings(chosen))}
      />
      {field === 'model.paddingA' && <PaddingPicture side={paddingA} />}
      {scores.length > 0 && (
        <p className={isBetter ? 'warn trial' : 'hint trial'}>
          {t`${scores
            .map(({ accuracy, name }) => t`${Math.round(100 * accuracy)} % with “${name}”`)
            .join(t`, `)}.`}{' '}
          {isBetter && (
            <button
              type="button"
              className="quiet"
              onClick={() => onAnswer(settings(best.value))}
            >{t`Take “${best.name}”`}</button>
          )}
        </p>
      )}
    </div>
  );
}
