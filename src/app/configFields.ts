/** The fields of a run config in people's words, once: what forms and tables call a field, and how they show its value. */
import type { DataConfig, ModelConfig } from '../model/config.ts';
import { type Say, tc } from '../text/context.ts';
import { english, t } from '../text/t.ts';
import { count, showNormalization, sourcesIn } from './configValues.ts';
import { type ConfigField, choice, entry } from './fieldKinds.ts';
import { modelFieldsIn } from './modelFields.ts';
import { trainingFieldsIn } from './trainingFields.ts';

const dataFieldsIn = (t: Say) =>
  ({
    source: choice<DataConfig['source']>(
      'data.source',
      t`Image source`,
      ({ data }) => data.source,
      sourcesIn(t),
      (source, name) =>
        source === 'synthetic'
          ? t`synthetic images`
          : source === 'own'
            ? t`own images`
            : tc('set')`${name} images`,
    ),
    imagesSha256: entry(
      'data.imagesSha256',
      t`Own images`,
      ({ data }) => data.imagesSha256?.slice(0, 8) ?? t`none`,
      ({ data }) =>
        data.imagesSha256 === undefined ? null : t`images ${data.imagesSha256.slice(0, 8)}`,
    ),
    imageNormalization: {
      ...entry(
        'data.mean',
        t`Mean and standard deviation`,
        (config) => showNormalization(t, config),
        (config) => t`normalised by ${showNormalization(t, config)}`,
      ),
      hint: t`Pixels from 0 to 1, minus the mean, divided by the standard deviation.`,
    },
    train: entry(
      'data.train',
      t`Training images`,
      ({ data }) => count(data.train),
      ({ data }) => t`${count(data.train)} images`,
    ),
    test: entry(
      'data.test',
      t`Test images`,
      ({ data }) => count(data.test),
      ({ data }) => t`${count(data.test)} test images`,
    ),
  }) satisfies Readonly<Record<string, ConfigField>>;

const fieldsIn = (t: Say) => ({
  ...modelFieldsIn(t),
  ...trainingFieldsIn(t),
  ...dataFieldsIn(t),
});

/** The fields, those that tell most about a run first. */
export const CONFIG_FIELDS = fieldsIn(t);

/** The same in English whatever the page's language is: for what leaves the page. */
export const englishFields = (): readonly ConfigField[] => Object.values(fieldsIn(english));

/** The learning rate's schedule, which forms show apart from its base. */
export const SCHEDULE = {
  field: 'training.schedule',
  label: t`Schedule`,
  options: [
    ['constant', t`constant`],
    ['step', t`a tenth at ½ and ¾`],
    ['cosine', t`cosine`],
    ['linear', t`linear to zero`],
    ['oneCycle', t`1-cycle`],
  ],
} as const;

/** The steps of a schedule over which the rate rises first. */
export const WARM_UP = {
  field: 'training.learningRate.warmupSteps',
  label: t`Warm-up steps`,
} as const;

/** What each shortcut option does where the shape changes. */
export const PROJECTION_HINTS = {
  A: t`Zeros for new channels, no weights (§4.2).`,
  B: t`1×1 convolutions where the shape changes.`,
  C: t`1×1 convolutions in every block (table 3).`,
} as const;

/** Of `batchNormEps`, by what it belongs to. */
export const epsilonLabel = ({ normalization }: Pick<ModelConfig, 'normalization'>): string =>
  normalization === 'group' ? t`Group norm’s ε` : CONFIG_FIELDS.batchNormEps.label;
