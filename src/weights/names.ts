/**
 * Parameter names in weights files. Ours are torchvision's. `cifar` are those of the PyTorch implementation of the
 * paper's CIFAR-10 nets that most published checkpoints come from (github.com/akamaster/pytorch_resnet_cifar10). Like
 * ours, its option A pads `planes // 4` channels on both sides.
 */
import { isGated, isScaled } from '../model/branchScale.ts';
import { hasStemPool } from '../model/builder.ts';
import type { ModelConfig } from '../model/config.ts';
import { WeightsError } from './weightsError.ts';
import { t } from '../text/t.ts';

export const NAMINGS = ['torchvision', 'cifar'] as const;
export type Naming = (typeof NAMINGS)[number];

/** Labels on the page. */
export const NAMING_LABELS: Readonly<Record<Naming, string>> = {
  torchvision: 'torchvision (fc, downsample)',
  cifar: 'pytorch_resnet_cifar10 (linear, shortcut)',
};

/** The parts of a dotted name that differ, torchvision's first. Everything else has the same name. */
const CIFAR_PARTS = [
  ['fc', 'linear'],
  ['downsample', 'shortcut'],
] as const;

const toCifar = new Map<string, string>(CIFAR_PARTS);
const fromCifar = new Map<string, string>(CIFAR_PARTS.map(([ours, theirs]) => [theirs, ours]));

const mapParts = (name: string, parts: ReadonlyMap<string, string>): string =>
  name
    .split('.')
    .map((part) => parts.get(part) ?? part)
    .join('.');

/** torchvision's name in `naming`: `layer2.0.downsample.0.weight` → `layer2.0.shortcut.0.weight`. */
export function exportName(name: string, naming: Naming): string {
  return naming === 'cifar' ? mapParts(name, toCifar) : name;
}

/** The inverse: torchvision's name for what a file in `naming` calls `name`. */
export function importName(name: string, naming: Naming): string {
  return naming === 'cifar' ? mapParts(name, fromCifar) : name;
}

/** The same tensors, in the same order, under the names of `naming`. */
export function renamed<T>(tensors: ReadonlyMap<string, T>, naming: Naming): Map<string, T> {
  return new Map([...tensors].map(([name, tensor]) => [exportName(name, naming), tensor]));
}

/**
 * Why the implementation behind `naming` can't compute this net; null if it can. Its names would be accepted without
 * complaint by a net that computes something else.
 */
export function namingFault(model: ModelConfig, naming: Naming): string | null {
  if (naming === 'torchvision') return null;
  const has = cifarFault(model);
  if (has === null) return null;
  return t`pytorch_resnet_cifar10 can’t express this net: ${has}. Choose torchvision’s names.`;
}

/** @throws WeightsError if `namingFault` finds a fault. */
export function checkNaming(model: ModelConfig, naming: Naming): void {
  const fault = namingFault(model, naming);
  if (fault !== null) throw new WeightsError(fault);
}

function cifarFault(model: ModelConfig): string | null {
  if (model.block !== 'basic') return t`it has basic blocks only, no bottlenecks`;
  if (model.order === 'pre') return t`it has no pre-activation`;
  if (model.order !== 'post') return t`its blocks end in BatchNorm, addition, activation`;
  if (model.stem !== 'cifar') return t`it has the 3×3 stem only`;
  if (hasStemPool(model)) return t`it has no max-pool`;
  if (model.normalization !== 'batch') return t`it always has BatchNorm`;
  if (model.batchNormEps !== 1e-5) return t`its BatchNorm always has PyTorch’s eps, 1e-5`;
  if (model.activation !== 'relu') return t`its activation is always ReLU`;
  if (!model.shortcuts) return t`its blocks always have shortcuts`;
  if (model.squeezeExcitation) return t`its blocks have no squeeze-excitation`;
  if (isScaled(model)) return t`it scales neither branches nor shortcuts`;
  if (isGated(model)) return t`it has no gates`;
  if (model.cutShortcuts.length > 0) return t`its shortcuts can’t be cut`;
  if (model.projection === 'C') return t`it has shortcut options A and B only`;
  if (model.projection === 'A' && model.paddingA === 'end') {
    return t`its option A pads with zeros on both sides`;
  }
  const widths = [model.stemWidth ?? model.stageWidths[0], ...model.stageWidths];
  if (widths.join() !== '16,16,32,64') return t`its three stages are 16, 32 and 64 channels wide`;
  return null;
}
