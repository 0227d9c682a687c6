/** An experiment's runs as a plot, and its published values as bars. */

import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { FigureKind, OwnValue, Published } from '../../app/experiments/experiment.ts';
import { linearAxis, logAxis } from '../axis.ts';
import { formatValue } from '../format.ts';
import { type BarGroup, BarPlot, barPlotHeight } from './BarPlot.tsx';
import { LinePlot, type PlotLine } from './LinePlot.tsx';
import { depthPoint, Depths, Epochs, Flow, type PanelProps } from './moreLines.tsx';
import { robustHigh, smoothed } from './smoothing.ts';
import { t } from '../../text/t.ts';

/** Window of the smoothing, as a share of the curve. */
const SMOOTHED_SHARE = 1 / 12;

/** Our results in the experiment's kind of plot. */
export function Measured({ kind, ...props }: PanelProps & { readonly kind: FigureKind }) {
  const { box, results } = props;
  switch (kind.type) {
    case 'curves':
      return <Curves {...props} quantity={kind.quantity} />;
    case 'profile':
      return <Profile {...props} />;
    case 'flow':
      return <Flow {...props} />;
    case 'epochs':
      return <Epochs {...props} />;
    case 'depths':
      return <Depths {...props} points={results.map(depthPoint)} lines={kind.lines} />;
    case 'bars':
      return (
        <BarPlot
          box={{ ...box, y: box.y + 14, height: box.height - 14 }}
          groups={errorBars(results)}
        />
      );
    default:
      return kind satisfies never;
  }
}

/** Height of such a plot, in pixels. */
export const measuredHeight = (kind: FigureKind, results: readonly ArmResult[]): number =>
  kind.type === 'bars' ? barPlotHeight(errorBars(results)) + 14 : 330;

function Curves({ box, results, clipId, quantity }: PanelProps & { quantity: 'error' | 'loss' }) {
  const isError = quantity === 'error';
  const lines = results.map(({ name, curve, end, divergedAt }, colourIndex): PlotLine => {
    const raw = curve[quantity];
    const marks = results.flatMap((result) => result.marks.map(({ step }) => step));
    const breaks = marks.map((mark) => curve.step.findIndex((step) => step > mark));
    const window = Math.max(1, Math.round(raw.length * SMOOTHED_SHARE));
    const y = smoothed(
      raw,
      window,
      breaks.filter((at) => at > 0),
    );
    const last = isError ? `${end.error.toFixed(1)} %` : end.loss.toFixed(2);
    return {
      name,
      colourIndex,
      x: curve.step,
      y,
      raw,
      value: divergedAt === null ? last : t`diverged`,
    };
  });
  const values = lines.flatMap(({ y }) => y);
  const high = robustHigh(lines.flatMap(({ raw = [] }) => raw));
  const steps = Math.max(1, ...lines.flatMap(({ x }) => x));
  const marks = new Map(
    results.flatMap((result) => result.marks.map(({ step }) => [step, { x: step, label: t`cut` }])),
  );
  return (
    <LinePlot
      box={box}
      lines={lines}
      x={{ ...linearAxis(0, steps, 5, true), to: steps }}
      xLabel={t`step`}
      y={linearAxis(Math.min(...values), isError ? Math.min(100, high) : high)}
      yLabel={isError ? t`Training error, %` : t`Training loss`}
      marks={[...marks.values()]}
      clipId={clipId}
    />
  );
}

function Profile({ box, results, clipId }: PanelProps) {
  const lines = results.map(({ name, profile: { layer, gradNorm } }, colourIndex): PlotLine => {
    const last = Math.max(1, layer.length - 1);
    return { name, colourIndex, x: layer.map((_, i) => i / last), y: gradNorm, value: '' };
  });
  return (
    <LinePlot
      box={box}
      lines={lines}
      x={{ from: 0, to: 1, ticks: [], log: false }}
      xLabel={t`layers, from the image (left) to the classifier (right)`}
      y={logAxis(lines.flatMap(({ y }) => y))}
      yLabel={t`Gradient norm of each layer’s weights`}
      clipId={clipId}
    />
  );
}

function errorBars(results: readonly ArmResult[]): BarGroup[] {
  return results.map(({ name, end, test }, colourIndex) => ({
    label: name,
    bars: [
      {
        label: 'training',
        value: end.error,
        text: t`${end.error.toFixed(1)} % training`,
        colourIndex,
      },
      ...(test === null
        ? []
        : [
            {
              label: 'test',
              value: test.error,
              text: t`${test.error.toFixed(1)} % test`,
              colourIndex,
            },
          ]),
    ],
  }));
}

/** The colour of an arm, as in its plot; −1: it has no result. */
function colourOf(
  kind: FigureKind,
  results: readonly ArmResult[],
  arm: string | undefined,
): number {
  if (kind.type !== 'depths') return results.findIndex((result) => result.arm === arm);
  return kind.lines.findIndex(({ arms }) => arm !== undefined && arms.includes(arm));
}

/** Published values, each above ours if an arm reproduces it. */
export function publishedGroups(
  kind: FigureKind,
  { values, unit }: Published,
  results: readonly ArmResult[],
  own: readonly OwnValue[],
): BarGroup[] {
  const write = (value: number) =>
    unit === '%' ? `${value} %` : `${unit}${formatValue(Number(value.toFixed(2)))}`;
  return values.map((published) => {
    const { label, value, note, arm } = published;
    const written = published.text ?? write(value);
    const colourIndex = colourOf(kind, results, arm);
    const ours = own.find((candidate) => candidate.arm === arm)?.value;
    const text = note === undefined ? t`${written} (paper)` : t`${written}, ${note} (paper)`;
    return {
      label,
      bars: [
        { label: 'paper', value, text, colourIndex: null },
        ...(ours === undefined || colourIndex === -1
          ? []
          : [
              {
                label: 'ours',
                value: ours,
                text: hereText(
                  unit === '%' ? `${ours.toFixed(1)} %` : write(ours),
                  results.find((result) => result.arm === arm)?.name ?? label,
                  label,
                ),
                colourIndex,
              },
            ]),
      ],
    };
  });
}

/** Names our network if it is not called as in the paper. */
const hereText = (value: string, name: string, label: string): string =>
  name === label ? t`${value} (here)` : t`${value} (here, ${name})`;
