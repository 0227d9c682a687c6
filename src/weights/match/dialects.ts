/**
 * The ways in which implementations name a ResNet's blocks. What a block consists of is told by `blockParts.ts` in all of
 * them; a new one is an entry here.
 */
import { t } from '../../text/t.ts';

export interface Dialect {
  /** Of the implementations, for people. */
  readonly name: string;
  /** Finds a block in a tensor's name: groups are stage, block and what of the block. */
  readonly block: RegExp;
  /** Numbers of the first stage and block; null: the lowest there is. */
  readonly first: { readonly stage: number; readonly block: number } | null;
  /** Where projections of pre-activation blocks branch off; left out: not known. */
  readonly preProjection?: 'raw' | 'activated';
}

const START = '(?:^|\\.)';

export const DIALECTS: readonly Dialect[] = [
  {
    name: 'torchvision, timm, chenyaofo, bearpaw (layer1.0.conv1, downsample, fc)',
    block: new RegExp(`${START}layer([1-9])\\.(\\d+)\\.(.+)$`),
    first: { stage: 1, block: 0 },
  },
  {
    name: 'akamaster, kuangliu, robustness (layer1.0.conv1, shortcut, linear)',
    block: new RegExp(`${START}layer([1-9])\\.(\\d+)\\.(.+)$`),
    first: { stage: 1, block: 0 },
  },
  {
    name: 'MLX (layer1.layers.0.conv1)',
    block: new RegExp(`${START}layer([1-9])\\.layers\\.(\\d+)\\.(.+)$`),
    first: { stage: 1, block: 0 },
  },
  {
    name: 'weiaicunzai (conv2_x.0.residual_function)',
    block: new RegExp(`${START}conv([2-5])_x\\.(\\d+)\\.(.+)$`),
    first: { stage: 2, block: 0 },
  },
  {
    name: 'Hugging Face transformers (encoder.stages.0.layers.0.layer)',
    block: new RegExp(`${START}encoder\\.stages\\.(\\d)\\.layers\\.(\\d+)\\.(.+)$`),
    first: { stage: 0, block: 0 },
  },
  {
    name: 'timm ResNetV2 (stages.0.blocks.0.conv1)',
    block: new RegExp(`${START}stages\\.(\\d)\\.blocks\\.(\\d+)\\.(.+)$`),
    first: { stage: 0, block: 0 },
    preProjection: 'activated',
  },
  {
    name: 'xternalz WideResNet (block1.layer.0.conv1)',
    block: new RegExp(`${START}block([1-9])\\.layer\\.(\\d+)\\.(.+)$`),
    first: { stage: 1, block: 0 },
    preProjection: 'activated',
  },
  {
    name: t`numbered stages of blocks (stage1.0.conv1, res2.0.conv1, group0.block0.conv0 …)`,
    block:
      /(?:^|[._])[a-z]*(?:layers?|stages?|blocks?|groups?|res|conv|body|trunk|features)[_.]?(\d)(?:_x)?[._](?:(?:layers?|blocks?|units?|bottlenecks?|res)[_.]?)?(\d+)\.(.+)$/i,
    first: null,
  },
];

/** The registry's first two differ in the names of projection and classifier alone. */
export function named(dialect: Dialect, head: string, projections: readonly string[]): string {
  const [torchvision, cifar] = DIALECTS;
  if (dialect !== torchvision || cifar === undefined) return dialect.name;
  const isCifar = head === 'linear' || projections.some((path) => path.includes('shortcut'));
  return isCifar ? cifar.name : dialect.name;
}

export const BY_ORDER = t`by order and shape`;
export const DIALECT_NAMES: readonly string[] = DIALECTS.map(({ name }) => name);
