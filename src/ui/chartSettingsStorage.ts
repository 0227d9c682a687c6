/** Keeps the settings of the charts in this browser. */
import type { StoreApi } from 'zustand/vanilla';
import { DEFAULT_CHART_SETTINGS, readChartSettings } from '../app/chartSettings.ts';
import type { PageState } from '../app/state.ts';

const KEY = 'charts';

/** Settings of an earlier visit, and from now on every change kept. @returns what ends that. */
export function keepChartSettings(store: StoreApi<PageState>): () => void {
  if (store.getState().charts === DEFAULT_CHART_SETTINGS) store.setState({ charts: stored() });
  return store.subscribe(({ charts }, before) => {
    if (charts === before.charts) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(charts));
    } catch {
      // Storage may be forbidden; the settings then last as long as the page.
    }
  });
}

function stored() {
  try {
    return readChartSettings(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return DEFAULT_CHART_SETTINGS;
  }
}
