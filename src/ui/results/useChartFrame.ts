/** What all figures share: the runs, the settings, and the part of the x axis shown. */
import { useCallback, useDeferredValue, useMemo } from 'react';
import type { ChartSettings } from '../../app/chartSettings.ts';
import { chartMarkers, type EventMark } from '../../app/markers.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { fullRange, X_AXES, type XAxis, type XRange } from '../../app/xAxis.ts';
import { clampZoom, useLinked } from '../../charts/linked.ts';
import { usePage, useSession, useShownRuns } from '../context.ts';

export function useChartSettings(): readonly [
  ChartSettings,
  (patch: Partial<ChartSettings>) => void,
] {
  const { store } = useSession();
  const settings = usePage(({ charts }) => charts);
  const change = useCallback(
    (patch: Partial<ChartSettings>) =>
      store.setState(({ charts }) => ({ charts: { ...charts, ...patch } })),
    [store],
  );
  return [settings, change];
}

/** Shown runs that the legend has not hidden. */
export function useVisibleRuns(): readonly ShownRun[] {
  const runs = useShownRuns();
  const hidden = useLinked((linked) => linked.hidden);
  return useMemo(
    () => (hidden.length === 0 ? runs : runs.filter(({ id }) => !hidden.includes(id))),
    [runs, hidden],
  );
}

export interface ChartFrame {
  readonly runs: readonly ShownRun[];
  readonly settings: ChartSettings;
  readonly axis: XAxis;
  /** The whole x axis, and the part shown; null before the first steps. */
  readonly ranges: { readonly full: XRange; readonly range: XRange } | null;
  readonly markers: readonly EventMark[];
}

/**
 * @param version of the histories to draw. Settings and zoom change a little later than in the controls, so that the
 * page stays responsive while all charts are redrawn.
 */
export function useChartFrame(version: number): ChartFrame {
  const runs = useDeferredValue(useVisibleRuns());
  const settings = useDeferredValue(useChartSettings()[0]);
  const zoom = useDeferredValue(useLinked((linked) => linked.zoom));
  const { x, logX } = settings;
  const axis = X_AXES[x];
  // Histories are mutable: only their version shows that they have grown.
  const full = useMemo(() => fullRange(runs, x, logX), [runs, x, logX, version]);
  const ranges = useMemo(() => {
    if (full === null) return null;
    return { full, range: (zoom === null ? null : clampZoom(zoom, full)) ?? full };
  }, [full, zoom]);
  const markers = useMemo(() => chartMarkers(runs, axis), [runs, axis, x === 'time' && version]);
  return { runs, settings, axis, ranges, markers };
}
