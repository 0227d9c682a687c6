/** A network's loss surface as the view draws it. */
import type { SurfaceResult, SurfaceStudy } from '../../training/studies/study.ts';
import type { Subject } from '../studies/useStudies.ts';

export interface ShownSurface {
  readonly subject: Subject;
  readonly step: number | null;
  readonly study: SurfaceStudy;
  readonly result: SurfaceResult;
}

/** A point of the grid: column along the first direction, row along the second. */
export interface GridPoint {
  readonly i: number;
  readonly j: number;
}
