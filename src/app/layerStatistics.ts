/** What can be measured of every layer in every step: the rows of the heat map, by statistic. */
import type { RunHistory } from '../training/history.ts';
import { type Column, valueAt } from './column.ts';
import { responseLayers, robustLogRange, type WeightLayer, weightLayers } from './layers.ts';
import type { Rows } from './xAxis.ts';
import { t } from '../text/t.ts';

export interface LayerStatistic {
  readonly id: string;
  /** Its name in the menu and in sentences: `gradient norm`. */
  readonly name: string;
  /** The figure's title. */
  readonly title: string;
  /** Shown at the colour scale. */
  readonly symbol: string;
  /** Why a layer may have no value. */
  readonly missing: string;
  readonly caption: string;
  /** Whether the history holds it. */
  isIn(history: RunHistory): boolean;
  /** Its layers in depth order; `parameter` is an index in the statistic's own order. */
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
  name: t`gradient norm`,
  title: t`Gradient norm by layer`,
  symbol: '‖∂L/∂W‖',
  missing: t`cut off`,
  caption: t`How strongly the loss pulls at each layer’s weights, from the input (top, left) to the classifier. One colour from top to bottom: every layer learns at the same pace. A slope: steps that suit one end are wrong for the other. Shortcuts carry the gradient past the blocks (He et al. 2016, §2, eq. 5).`,
  isIn: () => true,
  layers: (history) => weightLayers(history.parameterNames),
  rows: (history) => history,
  column: (history, { parameter }) => history.columnOf('gradNorm', parameter),
  latest: (history, { parameter }) => history.latest?.gradNorm[parameter] ?? Number.NaN,
};

/** Rows of the other statistics are coarser than the history's. */
const coarseRows = ({ statistics }: RunHistory): Rows => statistics;

const weight: LayerStatistic = {
  id: 'weight',
  name: t`weight norm`,
  title: t`Weight norm by layer`,
  symbol: '‖W‖',
  missing: t`not measured`,
  caption: t`Size of each layer’s weights. Under BatchNorm the size itself does not matter, but a step of the same length turns large weights less; weight decay shrinks what the loss does not hold up.`,
  isIn: ({ statistics }) => statistics.length > 0,
  layers: (history) => weightLayers(history.parameterNames),
  rows: coarseRows,
  column: ({ statistics }, { parameter }) => statistics.columnOf('weightNorm', parameter),
  latest: ({ latest }, { parameter }) => latest?.statistics?.weightNorm[parameter] ?? Number.NaN,
};

const update: LayerStatistic = {
  ...weight,
  id: 'update',
  name: t`update ÷ weight`,
  title: t`Update ÷ weight by layer`,
  symbol: '‖ΔW‖ ÷ ‖W‖',
  caption: t`How far a step moves each layer’s weights, as a share of their size: its pace of learning, momentum and weight decay included. Around 0.001 is a common rule of thumb. Layers far apart cannot share one learning rate.`,
  column: ({ statistics }, { parameter }) => ({
    ...statistics.columnOf('updateNorm', parameter),
    divisor: statistics.columnOf('weightNorm', parameter).offset,
  }),
  latest: ({ latest }, { parameter }) => {
    const { updateNorm, weightNorm } = latest?.statistics ?? {};
    return (updateNorm?.[parameter] ?? Number.NaN) / (weightNorm?.[parameter] ?? Number.NaN);
  },
};

const activation: LayerStatistic = {
  ...weight,
  id: 'activation',
  name: t`response deviation`,
  title: t`Response deviation by layer`,
  symbol: t`standard deviation`,
  caption: t`Standard deviation of each convolution’s response, after BatchNorm and before activation and addition (He et al. 2015, §4.2, fig. 7). Residual nets respond less than their plain twins, deeper ones less still: their blocks change the signal little.`,
  isIn: ({ statistics }) => statistics.length > 0 && statistics.activationNames.length > 0,
  layers: ({ statistics }) => responseLayers(statistics.activationNames),
  column: ({ statistics }, { parameter }) => statistics.columnOf('activationStd', parameter),
  latest: ({ latest }, { parameter }) => latest?.statistics?.activationStd[parameter] ?? Number.NaN,
};

/** The first is shown when the page opens. */
export const LAYER_STATISTICS: readonly [LayerStatistic, ...LayerStatistic[]] = [
  gradient,
  update,
  weight,
  activation,
];

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

/** Rows of each history sampled for the colour scale. */
const SCALE_ROWS = 64;

/** Range of log10 of a statistic's values over all runs that have it: what colours stand for, wherever layers are drawn. */
export const colourRange = (
  histories: readonly RunHistory[],
  statistic: LayerStatistic,
): readonly [number, number] => robustLogRange(sampledValues(histories, statistic));

function* sampledValues(
  histories: readonly RunHistory[],
  statistic: LayerStatistic,
): Generator<number> {
  for (const history of histories) {
    if (!statistic.isIn(history)) continue;
    const { length } = statistic.rows(history);
    const every = Math.max(1, Math.ceil(length / SCALE_ROWS));
    for (const layer of statistic.layers(history)) {
      const column = statistic.column(history, layer);
      for (let row = 0; row < length; row += every) yield valueAt(column, row);
    }
  }
}
