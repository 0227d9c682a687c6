/** What is being looked at inside the nets: lives as long as the page, so that switching views loses nothing. */
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
  /** Test images that were last asked for; null: as many as are tested soon. */
  readonly testImages: number | null;
  readonly image: TracedImage;
  readonly stop: string;
  readonly showsInside: boolean;
  readonly scale: 'stop' | 'net' | 'layer';
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
  stop: 'layer1.0',
  showsInside: false,
  scale: 'stop',
  channel: null,
  picture: null,
}));

export function useInside<T>(select: (state: InsideState) => T): T {
  return useStore(insideStore, useShallow(select));
}
