import type { Storage } from './storage.ts';

/** What of an adapter decides how a kernel is best laid out. */
export interface AdapterTraits {
  /** The software adapters cost a load dozens of times what a multiply-add costs; `gpu` is all else. */
  readonly kind: 'gpu' | 'swiftshader' | 'llvmpipe';
  /** Fewest lanes of a subgroup; 0 where the device has no subgroups. */
  readonly subgroupLanes: number;
  /** How it stores half precision; left out: not at all. */
  readonly halfStorage?: Exclude<Storage, 'single'>;
}

/** Of an adapter of which nothing is known. */
export const PLAIN_TRAITS: AdapterTraits = { kind: 'gpu', subgroupLanes: 0 };

/** Lanes that share loads out, `most` at most: the kernels count on this many in every subgroup. 0: not to be shared. */
export const sharingLanes = ({ subgroupLanes }: AdapterTraits, most: 4 | 8): 0 | 4 | 8 =>
  subgroupLanes >= most ? most : subgroupLanes >= 4 ? 4 : 0;
