/** The views of the page's right-hand side, one shown at a time. A new view is one entry here. */
import { type ComponentType, lazy } from 'react';
import { CurvesView } from './CurvesView.tsx';

export interface ViewEntry {
  /** In the page's address. */
  readonly id: string;
  readonly title: string;
  readonly View: ComponentType;
}

/** The first one is shown when the page opens; the others are fetched when they are first looked at. */
export const VIEWS: readonly [ViewEntry, ...ViewEntry[]] = [
  { id: 'curves', title: 'Curves', View: CurvesView },
  {
    id: 'runs',
    title: 'Runs',
    View: lazyView(async () => (await import('../library/RunsView.tsx')).RunsView),
  },
  {
    id: 'inside',
    title: 'Inside',
    View: lazyView(async () => (await import('../inside/InsideView.tsx')).InsideView),
  },
  {
    id: 'lesions',
    title: 'Lesions',
    View: lazyView(async () => (await import('../lesions/LesionsView.tsx')).LesionsView),
  },
  {
    id: 'surface',
    title: 'Surface',
    View: lazyView(async () => (await import('../surface/SurfaceView.tsx')).SurfaceView),
  },
];

/** A view in a chunk of its own. */
export function lazyView(load: () => Promise<ComponentType>): ComponentType {
  return lazy(async () => ({ default: await load() }));
}
