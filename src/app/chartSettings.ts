/** How the charts are drawn: part of the page's state, of its address, and stored in the browser. */
import * as z from 'zod/mini';
import { X_KINDS } from './xAxis.ts';
import { t } from '../text/t.ts';

export const MAX_SMOOTHING = 0.999;
/** Layers that are drawn as lines at a time. */
export const MAX_PICKED_LAYERS = 6;

const LAYER_ERROR = { error: t`Must be names of layers, such as "layer1.0.conv1.weight".` };

const fields = {
  /** Weight of the past in the moving average, per step; 0: off. */
  smoothing: z.number().check(z.gte(0), z.lte(MAX_SMOOTHING)),
  x: z.enum(X_KINDS),
  logX: z.boolean(),
  logLoss: z.boolean(),
  /** Whether single extremes may lie outside a chart. */
  ignoreOutliers: z.boolean(),
  /** Whether single steps are drawn behind the smoothed lines, or the band of their extremes. */
  spread: z.boolean(),
  /** Whether runs that differ only in their seeds are drawn as their mean, over a band of one deviation. */
  seeds: z.boolean(),
  /** The statistic of the layers: an id of `LAYER_STATISTICS`. */
  statistic: z.string().check(z.maxLength(40)),
  /** Names of the layers drawn as lines; empty: first, middle and last. */
  layers: z
    .array(z.string(LAYER_ERROR).check(z.regex(/^[\w.]{1,80}$/, LAYER_ERROR)))
    .check(z.maxLength(MAX_PICKED_LAYERS)),
};

export const chartSettingsSchema = z.object(fields);
export type ChartSettings = z.infer<typeof chartSettingsSchema>;

export const DEFAULT_CHART_SETTINGS: ChartSettings = {
  smoothing: 0.85,
  x: 'step',
  logX: false,
  logLoss: false,
  ignoreOutliers: true,
  spread: false,
  seeds: false,
  statistic: 'gradient',
  layers: [],
};

/** The valid settings in `data`; defaults for the rest. Never throws: settings come from addresses and storage. */
export function readChartSettings(data: unknown): ChartSettings {
  if (typeof data !== 'object' || data === null) return DEFAULT_CHART_SETTINGS;
  const known = Object.entries(data).filter(
    ([name, value]) =>
      Object.hasOwn(fields, name) && fields[name as keyof typeof fields].safeParse(value).success,
  );
  return chartSettingsSchema.parse({ ...DEFAULT_CHART_SETTINGS, ...Object.fromEntries(known) });
}
