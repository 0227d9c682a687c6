/**
 * Where everything lies in a program's memory. Residents have a place of their own; tensors share the rest: two may
 * overlap where no step needs both.
 */
import type { BatchTensor } from '../plan/steps.ts';
import { planeBytes } from './kernels/plane.ts';

/** What lives as long as the network, by name. */
const RESIDENTS = [
  ...(['weights', 'momentum', 'secondMoment', 'gradients', 'gradientSums'] as const),
  ...(['running', 'statistics', 'average', 'averageRunning'] as const),
  ...(['copies', 'filters', 'zeros'] as const),
  ...(['filterStrips', 'directions', 'nextDirections', 'grams', 'polynomials'] as const),
  ...(['chunkTable', 'learningRate', 'squares', 'moments', 'drawn'] as const),
] as const;
export type Resident = (typeof RESIDENTS)[number];

/** A tensor, or a resident from `bytes` on. */
export type Place =
  | { readonly tensor: BatchTensor }
  | { readonly resident: Resident; readonly bytes: number };

/** A cache line: no two threads write to one that they don't share on purpose. */
const ALIGNMENT = 64;
export const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export interface MemoryMap {
  /** Of all; known before anything is allocated. */
  readonly bytes: number;
  readonly residents: ReadonlyMap<Resident, number>;
  /** Of each list of steps, its tensors' addresses. */
  readonly tensors: readonly ReadonlyMap<BatchTensor, number>[];
}

/** What a list of steps needs. */
interface ListNeeds {
  /** N. */
  readonly images: number;
  /** Per step, the tensors that it touches. */
  readonly uses: readonly (readonly BatchTensor[])[];
  /** Filled before the first step, or read after the last one. */
  readonly kept: ReadonlySet<BatchTensor>;
}

const tensorBytes = ({ shape }: BatchTensor, images: number): number =>
  shape.channels * planeBytes({ ...shape, batch: images });

/** Lists run one after the other, so their tensors may lie in the same place. */
export function mapMemory(
  residentBytes: ReadonlyMap<Resident, number>,
  lists: readonly ListNeeds[],
): MemoryMap {
  // Address 0 stays free.
  let end = ALIGNMENT;
  const residents = new Map<Resident, number>();
  for (const [name, bytes] of residentBytes) {
    residents.set(name, end);
    end += align(bytes);
  }
  const placed = lists.map((list) => placeTensors(list, end));
  const bytes = Math.max(end, ...placed.map((list) => list.end));
  return { bytes, residents, tensors: placed.map(({ addresses }) => addresses) };
}

interface Lifetime {
  readonly tensor: BatchTensor;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

interface Placed {
  readonly lifetime: Lifetime;
  readonly address: number;
}

/** Where in the list a tensor at this address belongs: behind all with lower ones. */
function placeFor(address: number, placed: readonly Placed[]): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.address ?? 0) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest first, each at the lowest address where it overlaps nothing that lives at the same time. */
function placeTensors({ images, uses, kept }: ListNeeds, start: number) {
  const lifetimes = new Map<BatchTensor, Lifetime>();
  const use = (tensor: BatchTensor, step: number): void => {
    const known = lifetimes.get(tensor);
    if (known !== undefined) known.last = step;
    else {
      const bytes = align(tensorBytes(tensor, images));
      lifetimes.set(tensor, { tensor, bytes, first: step, last: step });
    }
  };
  for (const tensor of kept) use(tensor, -1);
  uses.forEach((tensors, step) => {
    for (const tensor of tensors) use(tensor, step);
  });
  for (const tensor of kept) use(tensor, uses.length);

  /** In the order of their addresses. */
  const placed: Placed[] = [];
  const addresses = new Map<BatchTensor, number>();
  let end = start;
  for (const lifetime of [...lifetimes.values()].sort((a, b) => b.bytes - a.bytes)) {
    let address = start;
    for (const { lifetime: rival, address: taken } of placed) {
      if (taken >= address + lifetime.bytes) break;
      const isAlive = rival.first <= lifetime.last && lifetime.first <= rival.last;
      if (isAlive) address = Math.max(address, taken + rival.bytes);
    }
    placed.splice(placeFor(address, placed), 0, { lifetime, address });
    addresses.set(lifetime.tensor, address);
    end = Math.max(end, address + lifetime.bytes);
  }
  return { addresses, end };
}
