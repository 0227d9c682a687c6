/**
 * How every tunable operation of a network is done, in a few characters, for an address: the last bits of what a run
 * computes depend on it, since other kernels add in another order.
 */

import type { KernelChoices } from '../../api.ts';
import { type TunableUse, versionOf } from '../kernels/tunable.ts';

/** Candidates are counted in one digit each. */
const DIGITS = 36;

/** The operations, each once, in an order that depends on nothing but them. */
function sorted(uses: readonly TunableUse[]): TunableUse[] {
  const byId = new Map(uses.map((use) => [use.id, use]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Names the kernels that there are to choose from: another for other shapes, another adapter's kernels, changed ones. */
const nameOf = (uses: readonly TunableUse[]): string =>
  versionOf(...uses.flatMap(({ id, candidates }) => [id, ...candidates.map(({ key }) => key)]));

/** `k1f0c2a3b-0120`: what there is to choose from, then each operation's candidate. Null if it cannot be written that way. */
export function writeKernelCode(
  uses: readonly TunableUse[],
  kernelChoices: KernelChoices,
): string | null {
  const operations = sorted(uses);
  const places = operations.map(({ id, candidates }) =>
    candidates.findIndex(({ key }) => key === kernelChoices[id]),
  );
  if (places.length === 0 || places.some((place) => place < 0 || place >= DIGITS)) return null;
  const digits = places.map((place) => place.toString(DIGITS)).join('');
  return `k${nameOf(operations)}-${digits}`;
}

/** The choices that `code` stands for; null if it was written for other kernels than these. */
export function readKernelCode(uses: readonly TunableUse[], code: string): KernelChoices | null {
  const operations = sorted(uses);
  const prefix = `k${nameOf(operations)}-`;
  const digits = code.slice(prefix.length);
  if (!code.startsWith(prefix) || digits.length !== operations.length) return null;
  const choices = operations.map(({ id, candidates }, i) => {
    const place = Number.parseInt(digits.charAt(i), DIGITS);
    return [id, candidates[place]?.key] as const;
  });
  const known = choices.filter((choice): choice is [string, string] => choice[1] !== undefined);
  return known.length === choices.length ? Object.fromEntries(known) : null;
}
