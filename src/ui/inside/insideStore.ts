/** What the Inside view shows; kept as long as the page, so that switching views loses nothing. */
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { createStore } from 'zustand/vanilla';
import type { Cell } from '../../app/inside/confusion.ts';
import type { Order } from '../../app/inside/ranking.ts';
import type { Picture } from './readPicture.ts';

export type PanelId = 'mistakes' | 'filters' | 'maps' | 'picture';

/** The image whose activation maps are shown. */
export type TracedImage = { readonly test: number } | { readonly pixels: Uint8Array };

export interface InsideState {
  readonly panel: PanelId;
  /** Cells as shares of their row, or as counts of images. */
  readonly cells: 'shares' | 'counts';
  readonly classOrder: 'label' | 'hardest' | 'difference';
  readonly gallery: {
    /** Null: the first run's. */
    readonly run: string | null;
    readonly show: Order | Cell;
    readonly page: number;
  };
  /** Number of test images chosen; null: as many as can be tested soon. */
  readonly testImages: number | null;
  readonly image: TracedImage;
  /** Id of the layer stage whose maps are shown. */
  readonly stage: string;
  readonly showsInside: boolean;
  readonly scale: 'stage' | 'net' | 'layer';
  /** Marked in every map. */
  readonly channel: number | null;
  readonly picture: Picture | null;
}

export const insideStore = createStore<InsideState>(() => ({
  panel: 'mistakes',
  cells: 'shares',
  classOrder: 'label',
  gallery: { run: null, show: 'confidentlyWrong', page: 0 },
  testImages: null,
  image: { test: 0 },
  stage: 'layer1.0',
  showsInside: false,
  scale: 'stage',
  channel: null,
  picture: null,
}));

export function useInside<T>(select: (state: InsideState) => T): T {
  return useStore(insideStore, useShallow(select));
}
