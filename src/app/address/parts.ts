/** Parts of the page that an address can take off it (`hide=data,training.seed`), for lessons. One entry a part. */
import { CONFIG_FIELDS, type ConfigField, SCHEDULE } from '../configFields.ts';
import { schemaAt } from './schema.ts';
import { runSchema } from './setup.ts';

export interface Part {
  /** The part's name in the address. */
  readonly id: string;
  readonly title: string;
}

export interface PartGroup {
  readonly title: string;
  readonly parts: readonly Part[];
}

const part = (id: string, title: string): Part => ({ id, title });
const fieldPart = ({ field, label }: Pick<ConfigField, 'field' | 'label'>): Part =>
  part(field, label);

export const PART_GROUPS: readonly PartGroup[] = [
  {
    title: 'Panels',
    parts: [
      part('builder', 'Network: the whole builder'),
      part('data', 'Images'),
      part('weights', 'Weights: import'),
      part('checkpoint', 'Checkpoint'),
      part('engine', 'Engine'),
    ],
  },
  {
    title: 'Builder',
    parts: [
      part('preset', 'Preset'),
      part('drawing', 'Drawings of the networks'),
      part('costs', 'Parameters, memory, time'),
      part('linked', 'Link settings across runs'),
      part('table', 'Table of layers'),
    ],
  },
  {
    title: 'Network fields',
    parts: [
      part('model', 'All of them'),
      fieldPart(CONFIG_FIELDS.block),
      fieldPart(CONFIG_FIELDS.order),
      fieldPart(CONFIG_FIELDS.stageDepths),
      fieldPart(CONFIG_FIELDS.stageWidths),
      fieldPart(CONFIG_FIELDS.projection),
      fieldPart(CONFIG_FIELDS.normalization),
      part('more-model', 'Activation, stem and others'),
      part('advanced-model', 'Advanced'),
      part('data.normalization', 'Normalisation of images'),
      part('data.own', 'Your own images'),
    ],
  },
  {
    title: 'Training fields',
    parts: [
      part('training', 'All of them'),
      fieldPart(CONFIG_FIELDS.learningRate),
      fieldPart(SCHEDULE),
      fieldPart(CONFIG_FIELDS.batchSize),
      fieldPart(CONFIG_FIELDS.microBatchSize),
      fieldPart(CONFIG_FIELDS.precision),
      fieldPart(CONFIG_FIELDS.arithmetic),
      fieldPart(CONFIG_FIELDS.steps),
      part('training.optimizer', 'Momentum, weight decay'),
      fieldPart(CONFIG_FIELDS.labelSmoothing),
      fieldPart(CONFIG_FIELDS.seed),
      part('training.augment', 'Crops and flips'),
    ],
  },
  {
    title: 'Buttons',
    parts: [
      part('step', 'Step'),
      part('reset', 'Reset'),
      part('add-run', 'Add run'),
      part('export', 'Export'),
      part('experiments', 'Experiments'),
      part('share', 'Share'),
      part('tour', 'Tour'),
      part('present', 'Present'),
      part('language', 'Language'),
      part('theme', 'Dark theme'),
      part('shortcuts', 'Shortcuts switch of each run'),
    ],
  },
  {
    title: 'Results',
    parts: [
      part('accuracy', 'Accuracy'),
      part('gradients', 'Gradient norm by layer'),
      part('chart-controls', 'Chart settings'),
      part('samples', 'Predictions on test images'),
      part('kernel-times', 'Kernel times'),
    ],
  },
];

const IDS: ReadonlySet<string> = new Set(
  PART_GROUPS.flatMap(({ parts }) => parts.map(({ id }) => id)),
);

/** A tab of the right-hand side: `tab-runs`. */
const TAB = /^tab-[a-z]+$/;

/** Whether an address may name it: a part of the list, a tab, or any field of a run config. */
export const isPart = (id: string): boolean =>
  IDS.has(id) || TAB.test(id) || schemaAt(runSchema, id.split('.')) !== null;
