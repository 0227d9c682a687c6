/** What can be measured of every layer in every step: the rows of the heat map, by statistic. */
import type { RunHistory } from '../training/history.ts';
import type { Column } from './column.ts';
import { type WeightLayer, weightLayers } from './layers.ts';
import type { Rows } from './xAxis.ts';

export interface LayerStatistic {
  readonly id: string;
  /** In the select, and in sentences: `gradient norm`. */
  readonly name: string;
  /** Of the figure. */
  readonly title: string;
  /** At the colour scale. */
  readonly symbol: string;
  readonly caption: string;
  /** Whether the history holds it. */
  isIn(history: RunHistory): boolean;
  /** In depth order; `parameter` counts in the statistic's own order. */
  layers(history: RunHistory): readonly WeightLayer[];
  /** The rows that it is measured in. */
  rows(history: RunHistory): Rows;
  /** A layer's values by row, until the history grows. */
  column(history: RunHistory, layer: WeightLayer): Column;
  /** At the last step. */
  latest(history: RunHistory, layer: WeightLayer): number;
}

const gradient: LayerStatistic = {
  id: 'gradient',
  name: 'gradient norm',
  title: 'Gradient norm by layer',
  symbol: '‖∂L/∂W‖',
  caption:
    'How strongly the loss pulls at each layer’s weights, from the input (top, left) to the classifier. One colour from top to bottom: every layer learns at the same pace. A slope: steps that suit one end are wrong for the other. Shortcuts carry the gradient past the blocks (He et al. 2016, §2, eq. 5).',
  isIn: () => true,
  layers: (history) => weightLayers(history.parameterNames),
  rows: (history) => history,
  column: ({ gradNorm, parameterNames }, { parameter }) => ({
    ...{ values: gradNorm, stride: parameterNames.length, offset: parameter },
  }),
  latest: (history, { parameter }) => history.latest?.gradNorm[parameter] ?? Number.NaN,
};

/** The first is shown when the page opens. */
export const LAYER_STATISTICS: readonly [LayerStatistic, ...LayerStatistic[]] = [gradient];

/** The statistic of this id where some history holds it, else the first. */
export function statisticOf(id: string, histories: readonly RunHistory[]): LayerStatistic {
  const wanted = LAYER_STATISTICS.find((statistic) => statistic.id === id);
  return wanted !== undefined && histories.some((history) => wanted.isIn(history))
    ? wanted
    : LAYER_STATISTICS[0];
}

/** Layers of several nets are one where they lie at the same depth; `name` is that of the first net. */
export function pickableLayers(
  histories: readonly RunHistory[],
  statistic: LayerStatistic,
): readonly string[] {
  return [
    ...new Set(histories.flatMap((history) => statistic.layers(history).map(({ name }) => name))),
  ];
}

/** First, middle and last layer: what is drawn until layers are picked. */
export function defaultLayers(names: readonly string[]): readonly string[] {
  const last = names.length - 1;
  return [...new Set([0, last >> 1, last])].flatMap((i) => names[i] ?? []);
}
