/** Two panels: side by side, or one above the other where there is no room. */
import type { Box } from '../figure/Frame.tsx';

const HEIGHT = 280;
const SIDE_BY_SIDE = 640;
const GAP = 24;

const isWide = (width: number): boolean => width >= SIDE_BY_SIDE;

export const panelsHeight = (width: number): number => (isWide(width) ? HEIGHT : 2 * HEIGHT + GAP);

/** @param panel 0 or 1. */
export const panelBox = (width: number, panel: number): Box =>
  isWide(width)
    ? { x: panel * ((width + GAP) / 2), y: 0, width: (width - GAP) / 2, height: HEIGHT }
    : { x: 0, y: panel * (HEIGHT + GAP), width, height: HEIGHT };
