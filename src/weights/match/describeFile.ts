/** What a file says about itself, or fails to say: the config, and how its images were normalised. */
import * as z from 'zod/mini';
import {
  CIFAR10_CLASSES,
  isSameNormalization,
  type Normalization,
} from '../../data/normalization.ts';
import type { RunConfig } from '../../model/config.ts';
import { parseRunConfig } from '../../model/parse.ts';
import { t } from '../../text/t.ts';

const names = z.array(z.string());

/** The run config in the file; null if there is none that can be read. */
export function configOf(metadata: ReadonlyMap<string, string>): RunConfig | null {
  const value = jsonOf(metadata, 'config');
  try {
    return value === undefined ? null : parseRunConfig(value);
  } catch {
    return null;
  }
}

/**
 * What to beware of when these weights are used here, one sentence each.
 * @param told how the file says its images were normalised; null if it doesn't.
 * @param used how they are here.
 */
export function cautionsOf(
  metadata: ReadonlyMap<string, string>,
  classes: number,
  told: Normalization | null,
  used: Normalization,
): string[] {
  const cautions: string[] = [];
  const text = ({ mean, std }: Normalization) =>
    t`mean (${mean.join(', ')}) and deviation (${std.join(', ')})`;
  if (told === null) {
    cautions.push(
      t`The file does not say how its images were normalised, so ${text(used)} are assumed; weights trained with other values, such as ImageNet’s, lose some accuracy.`,
    );
  } else if (!isSameNormalization(told, used)) {
    cautions.push(
      t`Its training images were normalised with ${text(told)}, here with ${text(used)}: expect a lower accuracy than the file’s.`,
    );
  }
  const classNames = names.safeParse(jsonOf(metadata, 'classNames'));
  const known: readonly string[] = CIFAR10_CLASSES;
  const isOther =
    classNames.success && classNames.data.length > 0 && classNames.data.join() !== known.join();
  if (classes !== known.length || isOther) {
    cautions.push(
      t`Its ${classes} classes are not CIFAR-10’s, so its accuracy on CIFAR-10 means nothing.`,
    );
  }
  return cautions;
}

function jsonOf(metadata: ReadonlyMap<string, string>, key: string): unknown {
  try {
    return JSON.parse(metadata.get(key) ?? '');
  } catch {
    return undefined;
  }
}
