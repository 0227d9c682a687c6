/** Infers the model config that a structure belongs to, and what of it the weights leave open. */
import type { ModelConfig } from '../../model/config.ts';
import { ConfigError } from '../../model/errors.ts';
import { squeezedChannels } from '../../model/excitation.ts';
import { parseRunConfig } from '../../model/parse.ts';
import { fault, type Structure } from './structure.ts';
import { t } from '../../text/t.ts';

/** @throws WeightsError if the config is outside its limits. */
export function inferModel(structure: Structure): ModelConfig {
  const { stem, blocks, block, order, head, preProjection } = structure;
  const [stemWidth = 0, , kernel] = stem.shape;
  const stages = [...new Set(blocks.map(({ stage }) => stage))].map((stage) =>
    blocks.filter((candidate) => candidate.stage === stage),
  );
  const stageWidths = stages.map(([first]) => first?.convolutions[0]?.shape[0] ?? 0);
  const input = {
    stem: kernel === 7 ? 'imagenet' : 'cifar',
    ...(stemWidth === stageWidths[0] ? {} : { stemWidth }),
    block,
    order: order ?? 'post',
    projection: projectionOf(structure),
    stageDepths: stages.map((own) => own.length),
    stageWidths,
    normalization: order === null ? 'none' : 'batch',
    classes: head.shape[0] ?? 0,
    ...branchScaleOf(structure),
    ...excitationOf(structure),
    ...(blocks.every(({ gate }) => gate !== null) ? { shortcutGate: 'exclusive' } : {}),
    ...(preProjection === 'activated' && order === 'pre' ? { preProjection } : {}),
  };
  try {
    return parseRunConfig({ version: 1, model: input }).model;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fault(t`a network that can’t be built here: ${error.message}`);
  }
}

/** A learnt number in every block, or one for each of its channels. */
function branchScaleOf({ blocks }: Structure): Pick<ModelConfig, 'branchScale'> {
  if (blocks.some(({ scale }) => scale === null)) return {};
  const isScalar = blocks.every(({ scale }) => scale?.tensor.shape[0] === 1);
  return { branchScale: isScalar ? 'scalar' : 'channel' };
}

/**
 * The largest reduction under which every block has the channels that it has, as the widest ones show it best. If there is
 * none, the last block's: the others are refused with their shapes.
 */
function excitationOf({ blocks }: Structure): Pick<ModelConfig, 'squeezeExcitation'> {
  const layers = blocks.flatMap(({ excitation }) =>
    excitation === null ? [] : [excitation[0].shape],
  );
  const candidates = layers.map(([squeezed = 1, channels = 1]) => Math.floor(channels / squeezed));
  const fitting = candidates.filter((reduction) =>
    layers.every(([squeezed, channels = 1]) => squeezedChannels(channels, reduction) === squeezed),
  );
  const found = fitting.length > 0 ? Math.max(...fitting) : candidates.at(-1);
  return found === undefined ? {} : { squeezeExcitation: found };
}

/** C: projections in every block. B: only in blocks that change the shape. A has no parameters. */
function projectionOf({ blocks }: Structure): ModelConfig['projection'] {
  const projected = blocks.filter(({ projection }) => projection !== null);
  if (projected.length === 0) return 'A';
  const changesShape = ({ stage, index, projection }: Structure['blocks'][number]) =>
    index === 0 && (stage > 1 || projection?.shape[0] !== projection?.shape[1]);
  return projected.every(changesShape) ? 'B' : 'C';
}
