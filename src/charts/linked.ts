/** What the charts of the page share from moment to moment: the cursor and the zoomed part of the x axis. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { XRange } from '../app/xAxis.ts';

export interface Linked {
  /** On the x axis; null: nowhere. */
  readonly cursor: number | null;
  /** Null: all there is. */
  readonly zoom: XRange | null;
  /** Runs that are not drawn, by id. */
  readonly hidden: readonly string[];
}

export const createLinked = () =>
  createStore<Linked>(() => ({ cursor: null, zoom: null, hidden: [] }));

export type LinkedStore = ReturnType<typeof createLinked>;

/** Charts under one provider move together; without any, all do. */
export const LinkedContext = createContext<LinkedStore>(createLinked());

export const useLinkedStore = (): LinkedStore => useContext(LinkedContext);

export function useLinked<T>(select: (linked: Linked) => T): T {
  return useStore(useLinkedStore(), select);
}

/** A part is zoomed to only where it is longer than this share of all there is. */
const LEAST_SHARE = 1e-4;

/** `zoom` within `full`; null where that is all of it, or nothing. */
export function clampZoom(zoom: XRange, full: XRange): XRange | null {
  const from = Math.max(full.from, Math.min(zoom.from, zoom.to));
  const to = Math.min(full.to, Math.max(zoom.from, zoom.to));
  const length = full.to - full.from;
  if (to - from < LEAST_SHARE * length || to - from > 0.999 * length) return null;
  return { from, to };
}
