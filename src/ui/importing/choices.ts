/** The answers that there are to what a file leaves open. */
import { CONFIG_FIELDS, epsilonLabel } from '../../app/configFields.ts';
import {
  NORMALIZATIONS,
  nameOfNormalization,
  normalizationTitles,
} from '../../data/normalization.ts';
import { hasStemPool } from '../../model/builder.ts';
import type { RunConfig } from '../../model/config.ts';
import { groupCounts, wantedGroups } from '../../model/groupNorm.ts';
import type { AskedField, OpenQuestion } from '../../weights/match/openQuestions.ts';
import { t } from '../../text/t.ts';

/** Values by field of the run config, and `weights`. */
export type Settings = ReadonlyMap<string, unknown>;

export interface Choice {
  readonly label: string;
  /** The option that is in force. */
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  /** What an option means for the config. */
  settings(value: string): Settings;
}

interface FieldChoice extends Omit<Choice, 'value' | 'label' | 'options'> {
  readonly label: string | ((config: RunConfig) => string);
  readonly options: Choice['options'] | ((config: RunConfig) => Choice['options']);
  value(config: RunConfig): string;
}

/** A field that is named, and whose values are spelled, as in forms. */
const field = (
  name:
    | 'paddingA'
    | 'preProjection'
    | 'bottleneckStride'
    | 'activation'
    | 'order'
    | 'normalization',
): FieldChoice => ({
  label: CONFIG_FIELDS[name].label,
  options: CONFIG_FIELDS[name].options,
  value: ({ model }) => model[name],
  settings: (value) => new Map([[`model.${name}`, value]]),
});

const EPSILONS = ['0.00001', '0.001', '0.0001', '0.00002'] as const;

/** By the question's field. */
const CHOICES: Readonly<Record<`model.${AskedField}` | 'data.mean', FieldChoice>> = {
  'model.shortcuts': {
    label: t`Shortcuts`,
    value: ({ model }) => (model.shortcuts ? 'A' : 'none'),
    options: [
      ['A', t`Option A`],
      ['none', t`None: a plain network`],
    ],
    settings: (value) => new Map([['model.shortcuts', value === 'A']]),
  },
  'model.paddingA': field('paddingA'),
  'model.shortcutGate': {
    label: CONFIG_FIELDS.shortcutGate.label,
    value: ({ model }) => model.shortcutGate ?? 'exclusive',
    options: CONFIG_FIELDS.shortcutGate.options.filter(([kind]) => kind !== 'none'),
    settings: (value) => new Map([['model.shortcutGate', value]]),
  },
  'model.order': field('order'),
  'model.normalization': field('normalization'),
  'model.normGroups': {
    label: CONFIG_FIELDS.normGroups.label,
    value: ({ model }) => String(wantedGroups(model)),
    options: ({ model }) => groupCounts(model).map((groups) => [String(groups), String(groups)]),
    settings: (value) => new Map([['model.normGroups', Number(value)]]),
  },
  'model.preProjection': field('preProjection'),
  'model.bottleneckStride': field('bottleneckStride'),
  'model.activation': field('activation'),
  'model.stemPool': {
    label: CONFIG_FIELDS.stemPool.label,
    value: ({ model }) => (hasStemPool(model) ? 'yes' : 'no'),
    options: [
      ['no', t`none`],
      ['yes', t`3×3, stride 2`],
    ],
    settings: (value) => new Map([['model.stemPool', value === 'yes']]),
  },
  'model.batchNormEps': {
    label: ({ model }) => epsilonLabel(model),
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
    label: t`Size of its images`,
    value: ({ model }) => String(model.inputSize),
    options: [
      ['32', '32×32'],
      ['16', '16×16'],
      ['8', '8×8'],
    ],
    settings: (value) => new Map([['model.inputSize', Number(value)]]),
  },
  'data.mean': {
    label: CONFIG_FIELDS.imageNormalization.label,
    value: ({ data }) => nameOfNormalization(data) ?? 'cifar10',
    options: Object.entries(normalizationTitles(t)),
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

/**
 * @param config with the answers given so far. @param networks the file's networks by label.
 * @returns null for a question that is answered along with another, as the deviation is with the mean.
 */
export function choiceOf(
  { field: name, assumed }: OpenQuestion,
  config: RunConfig,
  networks: readonly string[],
): Choice | null {
  if (name === 'weights') {
    return {
      ...{ label: t`Which weights`, value: String(assumed) },
      options: networks.map((network) => [network, network] as const),
      settings: (value) => new Map([['weights', value]]),
    };
  }
  if (!isAsked(name)) return null;
  const { label, options, settings, value } = CHOICES[name];
  return {
    label: typeof label === 'string' ? label : label(config),
    options: typeof options === 'function' ? options(config) : options,
    value: value(config),
    settings,
  };
}

const isAsked = (name: string): name is keyof typeof CHOICES => Object.hasOwn(CHOICES, name);
