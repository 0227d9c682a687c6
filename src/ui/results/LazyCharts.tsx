/** The charts drawn by Recharts, which is too large to wait for: fetched while the page is idle. */
import { type ComponentProps, useEffect, useState } from 'react';

const importCharts = async () => {
  const [{ MetricChart }, { ProfileChart }] = await Promise.all([
    import('../../charts/MetricChart.tsx'),
    import('../../charts/ProfileChart.tsx'),
  ]);
  return { MetricChart, ProfileChart };
};

type Charts = Awaited<ReturnType<typeof importCharts>>;

/** Between the first drawings of two charts, so that the page answers in between. */
const TURN_MS = 30;
/** Where the browser does not say when it is idle (Safari). */
const IDLE_MS = 500;

/** Fetches the charts once the page has nothing else to do. @returns what calls it off. */
export function preloadCharts(): () => void {
  // A failure shows when a chart is drawn, and is tried again there.
  const load = () => void importCharts().catch(() => {});
  if (typeof requestIdleCallback === 'function') {
    const request = requestIdleCallback(load);
    return () => cancelIdleCallback(request);
  }
  const timer = setTimeout(load, IDLE_MS);
  return () => clearTimeout(timer);
}

let lastTurn: Promise<void> = Promise.resolve();

/** Ends when all turns taken before it have ended and the page has had a moment of its own. */
function takeTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setTimeout(resolve, TURN_MS)));
  return lastTurn;
}

/** Null until it is this chart's turn. @throws Error while rendering, when the charts cannot be fetched. */
function useCharts(): Charts | null {
  const [state, setState] = useState<{ charts: Charts } | { error: unknown } | null>(null);
  useEffect(() => {
    let isGone = false;
    importCharts()
      .then(async (charts) => {
        await takeTurn();
        if (!isGone) setState({ charts });
      })
      .catch((error: unknown) => {
        if (!isGone) setState({ error });
      });
    return () => {
      isGone = true;
    };
  }, []);
  if (state === null) return null;
  if ('error' in state) throw state.error;
  return state.charts;
}

const Drawing = () => <p className="empty">Drawing…</p>;

export function LazyMetricChart(props: ComponentProps<Charts['MetricChart']>) {
  const charts = useCharts();
  return charts === null ? <Drawing /> : <charts.MetricChart {...props} />;
}

export function LazyProfileChart(props: ComponentProps<Charts['ProfileChart']>) {
  const charts = useCharts();
  return charts === null ? <Drawing /> : <charts.ProfileChart {...props} />;
}
