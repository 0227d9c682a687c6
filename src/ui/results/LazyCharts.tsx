/** The charts: loaded while the page is idle, and first drawn one after another. */
import { loadChunk } from '../../chunk.ts';
import { PartBoundary } from '../PartBoundary.tsx';
import {
  type ComponentProps,
  type ComponentType,
  startTransition,
  useEffect,
  useState,
} from 'react';
import type { LayerChart } from '../../charts/LayerChart.tsx';
import type { MetricChart } from '../../charts/MetricChart.tsx';
import type { ProfileChart } from '../../charts/ProfileChart.tsx';
import { t } from '../../text/t.ts';

const importCharts = () => loadChunk(() => import('../../charts/charts.ts'));

type Charts = Awaited<ReturnType<typeof importCharts>>;

/** Between the first drawings of two charts, so that the page stays responsive. */
const TURN_MS = 30;
/** For browsers that do not report when they are idle (Safari). */
const IDLE_MS = 500;

/** Loads the charts once the page is idle. @returns a function that cancels this. */
export function preloadCharts(): () => void {
  // Drawing a chart tries again, and reports a failure.
  const load = () => void importCharts().catch(() => {});
  if (typeof requestIdleCallback === 'function') {
    const request = requestIdleCallback(load);
    return () => cancelIdleCallback(request);
  }
  const timer = setTimeout(load, IDLE_MS);
  return () => clearTimeout(timer);
}

let lastTurn: Promise<void> = Promise.resolve();

/** Resolves after all earlier turns, with a pause for the page. */
function takeTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => new Promise((resolve) => setTimeout(resolve, TURN_MS)));
  return lastTurn;
}

/** Null until it is this chart's turn. @throws Error while rendering if the charts cannot be loaded. */
function useCharts(): Charts | null {
  const [state, setState] = useState<{ charts: Charts } | { error: unknown } | null>(null);
  useEffect(() => {
    let isGone = false;
    importCharts()
      .then(async (charts) => {
        await takeTurn();
        if (!isGone) startTransition(() => setState({ charts }));
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

function lazyChart<P extends object>(pick: (charts: Charts) => ComponentType<P>) {
  function Loaded(props: P) {
    const charts = useCharts();
    if (charts === null) return <p className="empty">{t`Drawing…`}</p>;
    const Chart = pick(charts);
    return <Chart {...props} />;
  }
  return function LazyChart(props: P) {
    return (
      <PartBoundary>
        <Loaded {...props} />
      </PartBoundary>
    );
  };
}

export const LazyMetricChart = lazyChart<ComponentProps<typeof MetricChart>>(
  ({ MetricChart }) => MetricChart,
);
export const LazyProfileChart = lazyChart<ComponentProps<typeof ProfileChart>>(
  ({ ProfileChart }) => ProfileChart,
);
export const LazyLayerChart = lazyChart<ComponentProps<typeof LayerChart>>(
  ({ LayerChart }) => LayerChart,
);
