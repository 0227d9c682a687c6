/** Training curves as figures show them: smoothed, and without letting outliers set the axis. */

/** The largest value, but at most 1.35 times the 85th percentile. */
export function robustHigh(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = sorted[Math.floor(0.85 * (sorted.length - 1))] ?? 1;
  return Math.min(sorted.at(-1) ?? 1, 1.35 * at);
}

/**
 * Centred moving mean over `window` points, fewer at the ends. It does not average across `breaks`, the indices at which
 * the run was changed.
 */
export function smoothed(
  values: readonly number[],
  window: number,
  breaks: readonly number[] = [],
): number[] {
  const half = Math.floor(window / 2);
  const edges = [0, ...breaks, values.length];
  return values.map((_, i) => {
    const start = Math.max(...edges.filter((edge) => edge <= i));
    const end = Math.min(...edges.filter((edge) => edge > i));
    const part = values.slice(Math.max(start, i - half), Math.min(end, i + half + 1));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
