/** Names of tensors in a file, and torchvision's names for them. */
import { importName } from '../names.ts';
import { WeightsError } from '../weightsError.ts';

/** Prefixes that `DataParallel`, `torch.compile` and classes that wrap a network add to every name. */
const WRAPPERS = ['module.', '_orig_mod.', 'model.', 'net.', 'backbone.'];
/** BatchNorm's count of batches, unused because its momentum is fixed here. */
const COUNTER = '.num_batches_tracked';

export const isCounter = (name: string): boolean => name.endsWith(COUNTER);

/**
 * torchvision's name of each tensor, by its name in the file. Wrappers' prefixes are stripped if all names have them;
 * `linear` and `shortcut` of the common CIFAR implementations become `fc` and `downsample`.
 * @throws WeightsError if two tensors would have the same name.
 */
export function torchvisionNames(names: readonly string[]): ReadonlyMap<string, string> {
  const prefix = sharedPrefix(names);
  const taken = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const name of names) {
    const ours = importName(name.slice(prefix.length), 'cifar');
    const other = taken.get(ours);
    if (other !== undefined) {
      throw new WeightsError(
        `the file holds ${ours} twice, as ${JSON.stringify(other)} and ${JSON.stringify(name)}`,
      );
    }
    taken.set(ours, name);
    renamed.set(name, ours);
  }
  return renamed;
}

/** `module.` or the like before all names; several if they are wrapped more than once. */
export function sharedPrefix(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const next = WRAPPERS.find((word) => names.every((name) => name.startsWith(prefix + word)));
    if (next === undefined || names.length === 0) return prefix;
    prefix += next;
  }
}
