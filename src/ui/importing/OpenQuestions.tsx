/** What the weights do not reveal about their network, as questions to the user. */
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import type { ModelConfig } from '../../model/config.ts';
import type { OpenQuestion } from '../../weights/match/inferModel.ts';
import { SelectField } from '../fields.tsx';

export type Answers = Partial<
  Pick<ModelConfig, 'shortcuts' | 'order' | 'activation' | 'inputSize'>
>;

interface QuestionProps {
  readonly question: OpenQuestion;
  readonly model: ModelConfig;
  readonly onAnswer: (answers: Answers) => void;
}

export function Question({ question, model, onAnswer }: QuestionProps) {
  const { field, why: hint } = question;
  switch (field) {
    case 'shortcuts':
      return (
        <SelectField
          {...{ label: 'Its shortcuts', field: 'import.shortcuts', hint }}
          value={model.shortcuts ? 'A' : 'none'}
          options={[
            ['A', 'Option A'],
            ['none', 'None: a plain network'],
          ]}
          onChange={(value) => onAnswer({ shortcuts: value === 'A' })}
        />
      );
    case 'order':
      return (
        <SelectField
          {...{ label: 'Its order', field: 'import.order', hint }}
          value={model.order}
          options={CONFIG_FIELDS.order.options}
          onChange={(order) => onAnswer({ order })}
        />
      );
    case 'activation':
      return (
        <SelectField
          {...{ label: 'Its activation', field: 'import.activation', hint }}
          value={model.activation}
          options={CONFIG_FIELDS.activation.options}
          onChange={(activation) => onAnswer({ activation })}
        />
      );
    case 'inputSize':
      return (
        <SelectField
          {...{ label: 'Its images', field: 'import.inputSize', hint }}
          value={String(model.inputSize)}
          options={[
            ['32', '32×32'],
            ['16', '16×16'],
            ['8', '8×8'],
          ]}
          onChange={(size) => onAnswer({ inputSize: Number(size) })}
        />
      );
  }
}
