import type { Storage } from './storage.ts';

type HalfStorage = Exclude<Storage, 'single'>;

/** What about an adapter decides how kernels are laid out. `traitsOfKind` sets all of them. */
export interface AdapterTraits {
  /** By default convolutions stage what they read in workgroup memory, for all threads of a workgroup. */
  readonly tiledConvolutions: boolean;
  /**
   * The default among convolution kernels that stage nothing. `plain`: leaves work for as many threads as possible.
   * `unrolled`: many sums for each load, all taps spelled out. `sharedLoads`: taps stay loops, and the lanes of a
   * subgroup share out the loads.
   */
  readonly directConvolutions: 'plain' | 'unrolled' | 'sharedLoads';
  /** Lanes of a workgroup that sums copies of gradients: 256 part into groups that share out the copies, 64 are one. */
  readonly sumLanes: 64 | 256;
  /** A kernel that needs a channel's sums adds up their parts itself: cheaper than launching a kernel for that. */
  readonly fusesReductions: boolean;
  /** Fewest lanes of a subgroup; 0 if the device has no subgroups. */
  readonly subgroupLanes: number;
  /** How it stores half precision; left out: it cannot. */
  readonly halfStorage?: HalfStorage;
}

type AdapterKind = 'gpu' | 'swiftshader' | 'llvmpipe';

/**
 * Software adapters need little parallelism, pay dearly for a barrier, and a load costs them dozens of times what a
 * multiply-add costs. On llvmpipe each load compiles to dozens of instructions; SwiftShader unrolls well.
 */
const TRAITS: Readonly<Record<AdapterKind, Omit<AdapterTraits, 'subgroupLanes' | 'halfStorage'>>> =
  {
    gpu: {
      tiledConvolutions: true,
      directConvolutions: 'plain',
      sumLanes: 256,
      fusesReductions: true,
    },
    swiftshader: {
      tiledConvolutions: false,
      directConvolutions: 'unrolled',
      sumLanes: 64,
      fusesReductions: false,
    },
    llvmpipe: {
      tiledConvolutions: false,
      directConvolutions: 'sharedLoads',
      sumLanes: 64,
      fusesReductions: false,
    },
  };

/** @param halfStorage left out: no half precision. */
export const traitsOfKind = (
  kind: AdapterKind,
  subgroupLanes = 0,
  halfStorage?: HalfStorage,
): AdapterTraits => ({ ...TRAITS[kind], subgroupLanes, ...(halfStorage && { halfStorage }) });

/** For an adapter about which nothing is known. */
export const PLAIN_TRAITS: AdapterTraits = traitsOfKind('gpu');

/** Lanes that share out loads, at most `most`: the kernels count on this many in every subgroup. 0: none share. */
export const sharingLanes = ({ subgroupLanes }: AdapterTraits, most: 4 | 8): 0 | 4 | 8 =>
  subgroupLanes >= most ? most : subgroupLanes >= 4 ? 4 : 0;
