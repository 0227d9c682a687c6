/** What a chart needs to draw and label a run's line. */
import type { ShownRun } from '../app/shownRun.ts';

export type DrawnRun = Pick<ShownRun, 'id' | 'name' | 'colourIndex' | 'isBaseline'>;
