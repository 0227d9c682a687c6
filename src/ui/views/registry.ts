/** The views on the page's right-hand side, one shown at a time. A new view is one entry here. */
import type { ComponentType } from 'react';
import { lazily } from '../lazily.tsx';
import { CurvesView } from './CurvesView.tsx';
import { t } from '../../text/t.ts';

interface ViewEntry {
  /** Also in the page's address. */
  readonly id: string;
  readonly title: string;
  readonly View: ComponentType;
}

/** The first is shown when the page opens; the others are loaded when they are first opened. */
export const VIEWS: readonly [ViewEntry, ...ViewEntry[]] = [
  { id: 'curves', title: t`Curves`, View: CurvesView },
  {
    id: 'runs',
    title: t`Runs`,
    View: lazily(
      () => import('../library/RunsView.tsx'),
      ({ RunsView }) => RunsView,
    ),
  },
  {
    id: 'inside',
    title: t`Inside`,
    View: lazily(
      () => import('../inside/InsideView.tsx'),
      ({ InsideView }) => InsideView,
    ),
  },
  {
    id: 'lesions',
    title: t`Lesions`,
    View: lazily(
      () => import('../lesions/LesionsView.tsx'),
      ({ LesionsView }) => LesionsView,
    ),
  },
  {
    id: 'surface',
    title: t`Surface`,
    View: lazily(
      () => import('../surface/SurfaceView.tsx'),
      ({ SurfaceView }) => SurfaceView,
    ),
  },
  {
    id: 'geometry',
    title: t`Geometry`,
    View: lazily(
      () => import('../geometry/GeometryView.tsx'),
      ({ GeometryView }) => GeometryView,
    ),
  },
];
