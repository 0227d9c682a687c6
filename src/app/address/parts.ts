/** Parts of the page that an address can take off it (`hide=data,training.seed`), for lessons. One entry a part. */
import { CONFIG_FIELDS, SCHEDULE } from '../configFields.ts';
import type { ConfigField } from '../fieldKinds.ts';
import { schemaAt } from './schema.ts';
import { runSchema } from './setup.ts';
import { t } from '../../text/t.ts';

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
    title: t`Panels`,
    parts: [
      part('builder', t`Network: the whole builder`),
      part('data', t`Images`),
      part('weights', t`Weights: import`),
      part('checkpoint', t`Checkpoint`),
      part('engine', t`Engine`),
    ],
  },
  {
    title: t`Builder`,
    parts: [
      part('preset', t`Preset`),
      part('drawing', t`Drawings of the networks`),
      part('costs', t`Parameters, memory, time`),
      part('linked', t`Link settings across runs`),
      part('table', t`Table of layers`),
    ],
  },
  {
    title: t`Network fields`,
    parts: [
      part('model', t`All of them`),
      fieldPart(CONFIG_FIELDS.block),
      fieldPart(CONFIG_FIELDS.order),
      fieldPart(CONFIG_FIELDS.stageDepths),
      fieldPart(CONFIG_FIELDS.stageWidths),
      fieldPart(CONFIG_FIELDS.projection),
      fieldPart(CONFIG_FIELDS.normalization),
      part('more-model', t`Activation, stem and others`),
      part('advanced-model', t`Advanced`),
      part('data.normalization', t`Normalisation of images`),
      part('data.own', t`Your own images`),
    ],
  },
  {
    title: t`Training fields`,
    parts: [
      part('training', t`All of them`),
      fieldPart(CONFIG_FIELDS.learningRate),
      fieldPart(SCHEDULE),
      fieldPart(CONFIG_FIELDS.batchSize),
      fieldPart(CONFIG_FIELDS.microBatchSize),
      fieldPart(CONFIG_FIELDS.precision),
      fieldPart(CONFIG_FIELDS.arithmetic),
      fieldPart(CONFIG_FIELDS.steps),
      part('training.optimizer', t`Momentum, weight decay`),
      fieldPart(CONFIG_FIELDS.optimizer),
      fieldPart(CONFIG_FIELDS.decayNormAndBias),
      fieldPart(CONFIG_FIELDS.averageDecay),
      fieldPart(CONFIG_FIELDS.filterRate),
      fieldPart(CONFIG_FIELDS.normAndBiasRate),
      fieldPart(CONFIG_FIELDS.classifierRate),
      fieldPart(CONFIG_FIELDS.labelSmoothing),
      fieldPart(CONFIG_FIELDS.mixup),
      fieldPart(CONFIG_FIELDS.testViews),
      fieldPart(CONFIG_FIELDS.seed),
      part('training.augment', t`Crops and flips`),
    ],
  },
  {
    title: t`Buttons`,
    parts: [
      part('step', t`Step`),
      part('reset', t`Reset`),
      part('add-run', t`Add run`),
      part('export', t`Export`),
      part('experiments', t`Experiments`),
      part('share', t`Share`),
      part('tour', t`Tour`),
      part('present', t`Present`),
      part('language', t`Language`),
      part('theme', t`Dark theme`),
      part('shortcuts', t`Shortcuts switch of each run`),
    ],
  },
  {
    title: t`Results`,
    parts: [
      part('accuracy', t`Accuracy`),
      part('gradients', t`Gradient norm by layer`),
      part('chart-controls', t`Chart settings`),
      part('samples', t`Predictions on test images`),
      part('kernel-times', t`Kernel times`),
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
