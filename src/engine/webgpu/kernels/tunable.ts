/**
 * Operations that can be done in several ways, with the same result up to rounding: with other tiles, or by other kernels
 * altogether. Which way is fastest depends on the adapter and the shape (see `tuner/`); programs take the choice as data.
 */
import type { KernelChoices } from '../../api.ts';
import type { KernelCall } from './kernel.ts';
import type { AdapterTraits } from './traits.ts';

/** @template C one way to do it, as only the operation itself reads it. */
export interface Tunable<Shape, C> {
  /** Operation and direction, as in `KernelCall.kernel`. */
  readonly name: string;
  /** Changes with the kernels: choices made for an earlier version no longer count. */
  readonly version: string;
  /** What distinguishes shapes, and by which their similarity is judged. */
  dimensions(shape: Shape): Readonly<Record<string, number>>;
  /** Multiply-adds. */
  macs(shape: Shape): number;
  /** The default for such an adapter first. Never empty. */
  candidates(shape: Shape, traits: AdapterTraits): readonly C[];
  /** Names a candidate among those of its shape; never changes: `direct/c8v1l64`. */
  keyOf(candidate: C): string;
  /** The whole operation on its own buffers, for timing. */
  trial(shape: Shape, candidate: C, traits: AdapterTraits): Trial;
}

export interface Trial {
  /** In order; a binding is an index into `buffers`. */
  readonly calls: readonly KernelCall<number>[];
  /** Every buffer: its content, or its length in floats if any content will do. */
  readonly buffers: readonly (number | Uint32Array<ArrayBuffer>)[];
}

/** An operation in one shape, as a program uses it; its candidates' types are hidden. */
export interface TunableUse {
  readonly id: string;
  readonly operation: string;
  readonly dimensions: Readonly<Record<string, number>>;
  readonly macs: number;
  /** The default first. */
  readonly candidates: readonly { readonly key: string; readonly trial: () => Trial }[];
  /** Key of the candidate that the program was made with. */
  readonly chosen: string;
}

/** Names an operation in one shape: `convForward@1f0c2a3b batch32,inChannels16,…` */
export function idOf<S, C>(operation: Tunable<S, C>, shape: S): string {
  const dimensions = Object.entries(operation.dimensions(shape)).map(([name, n]) => `${name}${n}`);
  return `${operation.name}@${operation.version} ${dimensions.join(',')}`;
}

/** The candidate that `choices` names; the default if there is none of that name. */
export function choose<S, C>(
  operation: Tunable<S, C>,
  shape: S,
  traits: AdapterTraits,
  choices: KernelChoices,
): C {
  const candidates = operation.candidates(shape, traits);
  const key = choices[idOf(operation, shape)];
  const chosen = candidates.find((candidate) => operation.keyOf(candidate) === key);
  const candidate = chosen ?? candidates[0];
  if (candidate === undefined) throw new Error(`${operation.name} has no candidates`);
  return candidate;
}

export function tunableUse<S, C>(
  operation: Tunable<S, C>,
  shape: S,
  traits: AdapterTraits,
  chosen: C,
): TunableUse {
  return {
    id: idOf(operation, shape),
    operation: operation.name,
    dimensions: operation.dimensions(shape),
    macs: operation.macs(shape),
    candidates: operation.candidates(shape, traits).map((candidate) => ({
      key: operation.keyOf(candidate),
      trial: () => operation.trial(shape, candidate, traits),
    })),
    chosen: operation.keyOf(chosen),
  };
}

/** `candidates` without duplicates, which arise when a small shape clips them. */
export function distinct<C>(candidates: readonly C[]): C[] {
  const contents = candidates.map((candidate) => JSON.stringify(candidate));
  return candidates.filter((_, i) => contents.indexOf(contents[i] ?? '') === i);
}

/** A version that changes whenever one of the WGSL `sources` does (FNV-1a, 32 bits). */
export function versionOf(...sources: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const unit of sources.join('\0')) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
