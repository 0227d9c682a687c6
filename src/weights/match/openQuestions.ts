/** What leaves no trace in a network's weights: asked on the page, told by `headless inspect`, answered by `--set`. */
import { hasStemPool } from '../../model/builder.ts';
import type { ModelConfig } from '../../model/config.ts';
import { wantedGroups } from '../../model/groupNorm.ts';
import type { FileNormalization } from './normalization.ts';
import type { Structure } from './structure.ts';
import { t } from '../../text/t.ts';

export interface OpenQuestion {
  /** A field of the run config, `model.paddingA`; or `weights`, which of a file's networks is meant. */
  readonly field: string;
  /** The answer that is taken if none is given, the likeliest. */
  readonly assumed: unknown;
  readonly why: string;
}

/** Fields of a network that its weights do not always tell. */
export type AskedField =
  | 'shortcuts'
  | 'paddingA'
  | 'shortcutGate'
  | 'order'
  | 'normalization'
  | 'normGroups'
  | 'preProjection'
  | 'bottleneckStride'
  | 'stemPool'
  | 'batchNormEps'
  | 'activation'
  | 'inputSize';

interface ModelQuestion {
  readonly field: AskedField;
  isOpen(model: ModelConfig, structure: Structure): boolean;
  /** What the field means if the config leaves it out. Left out: it has a default of its own. */
  readonly assumed?: (model: ModelConfig) => unknown;
  readonly why: (model: ModelConfig) => string;
}

const hasProjections = ({ blocks }: Structure): boolean =>
  blocks.some(({ projection }) => projection !== null);

/** The likeliest to matter first. */
const QUESTIONS: readonly ModelQuestion[] = [
  {
    field: 'shortcuts',
    isOpen: ({ shortcutGate }, structure) =>
      shortcutGate === undefined && !hasProjections(structure),
    why: () => t`Shortcuts of option A have no weights, so a plain net has the same tensors.`,
  },
  {
    field: 'paddingA',
    isOpen: ({ shortcuts }, structure) =>
      shortcuts && !hasProjections(structure) && widens(structure),
    why: () =>
      t`Option A pads channels with zeros: half of them on each side, as in akamaster’s and most PyTorch code, or all at the end, as in Torch’s original.`,
  },
  {
    field: 'shortcutGate',
    isOpen: ({ shortcutGate }) => shortcutGate !== undefined,
    why: () =>
      t`Gates have the same weights whether they multiply both sides (exclusive) or the shortcut alone (shortcutOnly).`,
  },
  {
    field: 'order',
    isOpen: (_, { order }) => order === null,
    why: () => t`Without BatchNorm, pre-activation nets have the same tensors.`,
  },
  {
    field: 'normalization',
    isOpen: (_, { order }) => order === null,
    why: () =>
      t`There is no BatchNorm; a normalisation without parameters (InstanceNorm) would leave no trace, and can’t be built here.`,
  },
  {
    field: 'normalization',
    isOpen: (_, { order, blocks }) => order !== null && !hasStatistics(blocks),
    why: () =>
      t`No normalisation has running statistics: BatchNorm was saved without them, or this is group norm.`,
  },
  {
    field: 'normGroups',
    isOpen: ({ normalization }) => normalization === 'group',
    assumed: wantedGroups,
    why: () => t`The number of groups is not among the weights.`,
  },
  {
    field: 'preProjection',
    isOpen: ({ order }, structure) => order === 'pre' && hasProjections(structure),
    why: () =>
      t`Projections of pre-activation blocks take the block’s raw input, as in bearpaw’s code, or what comes out of its first BatchNorm and activation, as in kuangliu’s and He et al. 2016.`,
  },
  {
    field: 'bottleneckStride',
    isOpen: ({ block, stageDepths }) => block === 'bottleneck' && stageDepths.length > 1,
    why: () =>
      t`A bottleneck halves the map in its 3×3 convolution, as in torchvision, or in its first 1×1, as in the paper, Caffe and Keras.`,
  },
  {
    field: 'stemPool',
    isOpen: () => true,
    assumed: hasStemPool,
    why: ({ stem }) =>
      stem === 'imagenet'
        ? t`A max-pool has no weights: one usually follows a 7×7 stem.`
        : t`A max-pool has no weights: none usually follows a 3×3 stem.`,
  },
  {
    field: 'batchNormEps',
    isOpen: ({ normalization }) => normalization !== 'none',
    why: ({ normalization }) =>
      normalization === 'group'
        ? t`Group norm’s eps is not among the weights: 1e-5 in PyTorch, 1e-3 in Keras and what was converted from it.`
        : t`BatchNorm’s eps is not among the weights: 1e-5 in PyTorch, 1e-3 in TensorFlow, Keras and what was converted from them.`,
  },
  {
    field: 'activation',
    isOpen: () => true,
    why: () => t`Activations have no weights.`,
  },
  {
    field: 'inputSize',
    isOpen: () => true,
    why: ({ inputSize }) =>
      t`Weights fit images of any size; ${inputSize}×${inputSize} is assumed.`,
  },
];

const hasStatistics = (blocks: Structure['blocks']): boolean =>
  blocks.some(({ norms }) => norms.some(({ tensors }) => tensors.has('running_mean')));

const widens = ({ blocks, stem }: Structure): boolean => {
  const widths = blocks.map(({ convolutions }) => convolutions.at(-1)?.shape[0]);
  return [stem.shape[0], ...widths].some((width, i, all) => i > 0 && width !== all[i - 1]);
};

/** @param known fields of the model that the file tells. */
export function openQuestions(
  model: ModelConfig,
  structure: Structure,
  normalization: FileNormalization,
  known: ReadonlySet<string>,
): OpenQuestion[] {
  const asked = QUESTIONS.filter(
    ({ field, isOpen }) => !known.has(field) && isOpen(model, structure),
  ).map(({ field, assumed, why }) => ({
    field: `model.${field}`,
    assumed: assumed?.(model) ?? model[field] ?? null,
    why: why(model),
  }));
  if (normalization.source === 'file') return asked;
  const why = t`The file does not say how its images were normalised.`;
  return [
    ...asked,
    { field: 'data.mean', assumed: normalization.mean, why },
    { field: 'data.std', assumed: normalization.std, why },
  ];
}
