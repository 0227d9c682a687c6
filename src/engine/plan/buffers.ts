/**
 * The memory of a plan. Resident buffers live as long as the network; transient tensors (activations and their
 * gradients) share slots: a slot is taken again once its tensor's last reader has run.
 */

const RESIDENT_NAMES = [
  'images',
  'labels',
  'step',
  'stepList',
  'weights',
  'momentum',
  'secondMoment',
  'gradients',
  'gradientSums',
  'running',
  ...(['filterStrips', 'directions', 'nextDirections', 'grams', 'polynomials'] as const),
  'average',
  'averageRunning',
  'statistics',
  'partials',
  'pieceTable',
  'chunkTable',
  'squares',
  'segmentTable',
  'layerTable',
  'moments',
  'metrics',
] as const;
export type ResidentName = (typeof RESIDENT_NAMES)[number];

/** An activation or gradient; its slot is assigned once all its uses are known. */
export interface Transient {
  readonly label: string;
  readonly bytes: number;
}

/** What one binding of a dispatch points at; `offset` and `size` in bytes. */
export interface Binding {
  readonly buffer: ResidentName | Transient;
  readonly offset: number;
  readonly size: number;
}

export interface SlotAssignment {
  /** Slot of every transient. */
  readonly slotOf: ReadonlyMap<Transient, number>;
  /** Bytes of each slot. */
  readonly slotBytes: readonly number[];
}

/**
 * Assigns transients to slots, from first use to last use, over a list of binding lists (one per dispatch, in order).
 * Each takes the free slot that fits best, else the largest free one, which grows, else a new one.
 * @param pinned tensors that are read from outside after the last dispatch; their slots are never reused.
 */
export function assignSlots(
  dispatches: readonly (readonly Binding[])[],
  pinned: ReadonlySet<Transient> = new Set(),
): SlotAssignment {
  const lastUse = new Map<Transient, number>();
  dispatches.forEach((bindings, i) => {
    for (const { buffer } of bindings) {
      if (typeof buffer !== 'string') lastUse.set(buffer, pinned.has(buffer) ? Infinity : i);
    }
  });
  const slotOf = new Map<Transient, number>();
  const slotBytes: number[] = [];
  const free = new Set<number>();
  dispatches.forEach((bindings, i) => {
    const transients = new Set(
      bindings.flatMap(({ buffer }) => (typeof buffer === 'string' ? [] : [buffer])),
    );
    for (const transient of transients) {
      if (slotOf.has(transient)) continue;
      const slot = chooseSlot(free, slotBytes, transient.bytes);
      free.delete(slot);
      slotBytes[slot] = Math.max(slotBytes[slot] ?? 0, transient.bytes);
      slotOf.set(transient, slot);
    }
    for (const transient of transients) {
      const slot = slotOf.get(transient);
      if (slot !== undefined && lastUse.get(transient) === i) free.add(slot);
    }
  });
  return { slotOf, slotBytes };
}

function chooseSlot(
  free: ReadonlySet<number>,
  slotBytes: readonly number[],
  bytes: number,
): number {
  let best: number | null = null;
  const rank = (slot: number): number => {
    const size = slotBytes[slot] ?? 0;
    // Fitting slots first, tightest first; then the others, largest first.
    return size >= bytes ? size - bytes : Number.MAX_SAFE_INTEGER - size;
  };
  for (const slot of free) if (best === null || rank(slot) < rank(best)) best = slot;
  return best ?? slotBytes.length;
}
