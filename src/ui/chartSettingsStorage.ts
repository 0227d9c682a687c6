/** Keeps the settings of the charts in this browser. */
import type { StoreApi } from 'zustand/vanilla';
import { DEFAULT_CHART_SETTINGS, readChartSettings } from '../app/chartSettings.ts';
import type { PageState } from '../app/state.ts';
import { localArea, readJson, writeJson } from '../storage/webStorage.ts';

const KEY = 'charts';

/** Restores the settings of an earlier visit, then stores every change. @returns what ends that. */
export function keepChartSettings(store: StoreApi<PageState>): () => void {
  if (store.getState().charts === DEFAULT_CHART_SETTINGS) {
    store.setState({ charts: readChartSettings(readJson(localArea, KEY)) });
  }
  return store.subscribe(({ charts }, before) => {
    if (charts !== before.charts) writeJson(localArea, KEY, charts);
  });
}
