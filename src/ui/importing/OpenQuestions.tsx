/** What the weights do not reveal about their network, as questions to the user. */
import { CONFIG_FIELDS } from '../../app/configFields.ts';
import { NORMALIZATIONS, nameOfNormalization } from '../../data/normalization.ts';
import type { RunConfig } from '../../model/config.ts';
import { hasStemPool } from '../../model/builder.ts';
import type { OpenQuestion } from '../../weights/match/openQuestions.ts';
import { SelectField } from '../fields.tsx';
import { PaddingPicture } from './PaddingPicture.tsx';

/** Values by field of the run config, and `weights`. */
export type Settings = ReadonlyMap<string, unknown>;

interface QuestionProps {
  readonly question: OpenQuestion;
  /** With the answers given so far. */
  readonly config: RunConfig;
  /** The file's networks by label. */
  readonly networks: readonly string[];
  readonly onAnswer: (answers: Settings) => void;
}

interface Choice {
  readonly label: string;
  /** The option that is in force. */
  value(config: RunConfig): string;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** What an option means for the config. */
  settings(value: string): Settings;
}

const { paddingA, preProjection, bottleneckStride, activation, order } = CONFIG_FIELDS;

/** A field whose values are spelled as in forms. */
const field = (
  name: 'paddingA' | 'preProjection' | 'bottleneckStride' | 'activation' | 'order',
  label: string,
  options: Choice['options'],
): Choice => ({
  ...{ label, options },
  value: ({ model }) => model[name],
  settings: (value) => new Map([[`model.${name}`, value]]),
});

const EPSILONS = ['0.00001', '0.001', '0.0001', '0.00002'] as const;

/** By the question's field. */
const CHOICES: Readonly<Record<string, Choice>> = {
  'model.shortcuts': {
    label: 'Its shortcuts',
    value: ({ model }) => (model.shortcuts ? 'A' : 'none'),
    options: [
      ['A', 'Option A'],
      ['none', 'None: a plain network'],
    ],
    settings: (value) => new Map([['model.shortcuts', value === 'A']]),
  },
  'model.paddingA': field('paddingA', 'Its option A’s zeros', paddingA.options),
  'model.order': field('order', 'Its order', order.options),
  'model.preProjection': field('preProjection', 'Its projections read', preProjection.options),
  'model.bottleneckStride': field(
    'bottleneckStride',
    'Its bottlenecks’ stride',
    bottleneckStride.options,
  ),
  'model.activation': field('activation', 'Its activation', activation.options),
  'model.stemPool': {
    label: 'Max-pool behind its stem',
    value: ({ model }) => (hasStemPool(model) ? 'yes' : 'no'),
    options: [
      ['no', 'none'],
      ['yes', '3×3, stride 2'],
    ],
    settings: (value) => new Map([['model.stemPool', value === 'yes']]),
  },
  'model.batchNormEps': {
    label: 'Its BatchNorm’s ε',
    value: ({ model }) => EPSILONS.find((eps) => Number(eps) === model.batchNormEps) ?? EPSILONS[0],
    options: [
      ['0.00001', '0.00001 (PyTorch)'],
      ['0.001', '0.001 (TensorFlow, Keras)'],
      ['0.0001', '0.0001'],
      ['0.00002', '0.00002 (MXNet)'],
    ],
    settings: (value) => new Map([['model.batchNormEps', Number(value)]]),
  },
  'model.inputSize': {
    label: 'Its images',
    value: ({ model }) => String(model.inputSize),
    options: [
      ['32', '32×32'],
      ['16', '16×16'],
      ['8', '8×8'],
    ],
    settings: (value) => new Map([['model.inputSize', Number(value)]]),
  },
  'data.mean': {
    label: 'Its images’ mean and deviation',
    value: ({ data }) => nameOfNormalization(data) ?? 'cifar10',
    options: Object.entries(NORMALIZATIONS).map(([name, { title }]) => [name, title] as const),
    settings: (value) => {
      const known = Object.entries(NORMALIZATIONS).find(([name]) => name === value)?.[1];
      const { mean, std } = known ?? NORMALIZATIONS.cifar10;
      return new Map<string, unknown>([
        ['data.mean', [...mean]],
        ['data.std', [...std]],
      ]);
    },
  },
};

export function Question({ question, config, networks, onAnswer }: QuestionProps) {
  if (question.field === 'weights') {
    return (
      <SelectField
        {...{ label: 'Which weights', field: 'import.weights', hint: question.why }}
        value={String(question.assumed)}
        options={networks.map((network) => [network, network] as const)}
        onChange={(network) => onAnswer(new Map([['weights', network]]))}
      />
    );
  }
  const choice = Object.hasOwn(CHOICES, question.field) ? CHOICES[question.field] : undefined;
  // The deviation is chosen with the mean.
  if (choice === undefined) return null;
  return (
    <div className="column">
      <SelectField
        {...{
          label: choice.label,
          field: question.field.replace(/^\w+/, 'import'),
          hint: question.why,
        }}
        value={choice.value(config)}
        options={choice.options}
        onChange={(value) => onAnswer(choice.settings(value))}
      />
      {question.field === 'model.paddingA' && <PaddingPicture side={config.model.paddingA} />}
    </div>
  );
}
