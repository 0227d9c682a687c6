/** What all charts of the page share: the cursor, the zoomed part of the x axis, the hidden runs. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { XRange } from '../app/xAxis.ts';

interface Linked {
  /** On the x axis; null: none. */
  readonly cursor: number | null;
  /** Null: the whole range. */
  readonly zoom: XRange | null;
  /** Runs that are not drawn, by id. */
  readonly hidden: readonly string[];
}

export const linkedStore = createStore<Linked>(() => ({ cursor: null, zoom: null, hidden: [] }));

export function useLinked<T>(select: (linked: Linked) => T): T {
  return useStore(linkedStore, select);
}

/** The smallest share of the whole range that can be zoomed to. */
const LEAST_SHARE = 1e-4;

/** `zoom` within `full`; null if that is the whole range, or nothing. */
export function clampZoom(zoom: XRange, full: XRange): XRange | null {
  const from = Math.max(full.from, Math.min(zoom.from, zoom.to));
  const to = Math.min(full.to, Math.max(zoom.from, zoom.to));
  const length = full.to - full.from;
  if (to - from < LEAST_SHARE * length || to - from > 0.999 * length) return null;
  return { from, to };
}
