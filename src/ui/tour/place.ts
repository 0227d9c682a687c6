/** Places the tour's panel beside its target. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly left: number;
  readonly top: number;
}

const GAP = 10;

const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));

/** Whether all of the target is between the page's bars and the panel is not on it. */
export function isUncovered(
  target: DOMRectReadOnly,
  panel: DOMRectReadOnly,
  bars: { readonly top: number; readonly bottom: number },
): boolean {
  const isBeside = target.right <= panel.left || panel.right <= target.left;
  const isAbove = target.bottom <= panel.top || panel.bottom <= target.top;
  return target.top >= bars.top && target.bottom <= bars.bottom && (isBeside || isAbove);
}

/**
 * Left and top in pixels of the viewport: below the target, or else above it, to its right or to its left; null if it
 * fits nowhere or the target is out of view.
 */
export function placeBeside(
  target: Box,
  panel: Pick<Box, 'width' | 'height'>,
  viewport: Pick<Box, 'width' | 'height'>,
): Place | null {
  const bottom = target.top + target.height;
  const right = target.left + target.width;
  if (bottom <= 0 || target.top >= viewport.height || right <= 0) return null;
  const left = clamp(target.left, GAP, viewport.width - panel.width - GAP);
  const top = clamp(target.top, GAP, viewport.height - panel.height - GAP);
  if (bottom + GAP + panel.height <= viewport.height) return { left, top: bottom + GAP };
  if (target.top - GAP - panel.height >= 0) return { left, top: target.top - GAP - panel.height };
  if (right + GAP + panel.width <= viewport.width) return { left: right + GAP, top };
  if (target.left - GAP - panel.width >= 0) return { left: target.left - GAP - panel.width, top };
  return null;
}
