/** The line plots of experiments whose lines are no training curves: over epochs, over depth, and of a ratio of gradients. */
import type { ArmResult } from '../../app/experiments/armResult.ts';
import type { DepthLine } from '../../app/experiments/experiment.ts';
import { short } from '../../app/experiments/measure.ts';
import { linearAxis, logAxis } from '../axis.ts';
import type { Box } from '../figure/Frame.tsx';
import { LinePlot, type PlotLine } from './LinePlot.tsx';
import { t } from '../../text/t.ts';

export interface PanelProps {
  readonly box: Box;
  readonly results: readonly ArmResult[];
  readonly clipId: string;
}

/** Steps whose numbers differ by less than this factor are averaged: the axis is logarithmic, and single steps scatter. */
const AVERAGED = 1.25;

/** The first layer's gradient norm over that of the last convolution, from the first step on. */
export function Flow({ box, results, clipId }: PanelProps) {
  const lines = results.map(({ name, flow, divergedAt }, colourIndex): PlotLine => {
    const ratios = (flow?.step ?? []).flatMap((step, i) => {
      const ratio = (flow?.first[i] ?? Number.NaN) / (flow?.last[i] ?? Number.NaN);
      // Counted from 1: a log axis has no 0.
      return ratio > 0 && Number.isFinite(ratio) ? [{ step: step + 1, ratio }] : [];
    });
    const near = (at: number) =>
      ratios.filter(({ step }) => step < AVERAGED * at && at < AVERAGED * step);
    const mean = (part: typeof ratios) =>
      Math.exp(part.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / part.length);
    const start = ratios[0]?.ratio ?? Number.NaN;
    return {
      name,
      colourIndex,
      x: ratios.map(({ step }) => step),
      y: ratios.map(({ step }) => mean(near(step))),
      value: divergedAt === null ? t`${short(start)} at first` : t`diverged`,
      ...(ratios.length < 3 ? { dots: ratios.map(() => 'full' as const) } : {}),
    };
  });
  const last = Math.max(10, ...lines.flatMap(({ x }) => x));
  return (
    <LinePlot
      box={box}
      lines={lines}
      x={{ ...logAxis([1, last]), to: last }}
      xLabel={t`step, counted from 1`}
      y={logAxis(lines.flatMap(({ y }) => y))}
      yLabel={t`Gradient norm, first layer over last`}
      clipId={clipId}
    />
  );
}

/** Test accuracy against the epochs. */
export function Epochs({ box, results, clipId }: PanelProps) {
  const lines = results.map(({ name, tests, test }, colourIndex): PlotLine => {
    const y = (tests?.error ?? []).map((error) => 100 - error);
    const value = test === null ? '' : `${(100 - test.error).toFixed(1)} %`;
    return { name, colourIndex, x: tests?.epochs ?? [], y, value, dots: y.map(() => 'full') };
  });
  const last = Math.max(1, ...lines.flatMap(({ x }) => x));
  const accuracies = lines.flatMap(({ y }) => y);
  return (
    <LinePlot
      box={box}
      lines={lines}
      x={{ ...linearAxis(0, last, 5, true), to: last }}
      xLabel={t`epoch`}
      y={linearAxis(Math.min(100, ...accuracies), Math.max(0, ...accuracies))}
      yLabel={t`Test accuracy, %`}
      clipId={clipId}
    />
  );
}

/** A net of a figure over depth. */
export interface DepthPoint {
  readonly arm: string;
  /** Layers with weights from the image to the logits. */
  readonly depth: number;
  /** Training error, in per cent. */
  readonly error: number;
  /** It still trains; its dot is hollow. */
  readonly isLive: boolean;
}

/** Of finished nets of basic blocks. */
export const depthPoint = ({ arm, profile, end }: ArmResult): DepthPoint => ({
  arm,
  depth: profile.layer.length,
  error: end.error,
  isLive: false,
});

interface DepthsProps extends Omit<PanelProps, 'results'> {
  readonly points: readonly DepthPoint[];
  readonly lines: readonly DepthLine[];
}

/** Training error against depth: at the end, or of the steps so far. */
export function Depths({ box, points, clipId, lines: given }: DepthsProps) {
  const lines = given.flatMap(({ name, arms }, colourIndex): PlotLine[] => {
    const found = points.filter(({ arm }) => arms.includes(arm));
    const last = found.at(-1);
    if (last === undefined) return [];
    return [
      {
        name,
        colourIndex,
        x: found.map(({ depth }) => depth),
        y: found.map(({ error }) => error),
        value: `${last.error.toFixed(1)} %`,
        dots: found.map(({ isLive }) => (isLive ? 'hollow' : 'full')),
      },
    ];
  });
  const errors = points.map(({ error }) => error);
  const depths = [...new Set(points.map(({ depth }) => depth))];
  return (
    <LinePlot
      box={box}
      lines={lines}
      x={{ from: 0, to: Math.max(60, ...depths), ticks: depths, log: false }}
      xLabel={t`depth, layers with weights`}
      y={linearAxis(Math.min(100, ...errors), Math.max(0, ...errors))}
      yLabel={t`Training error, %`}
      clipId={clipId}
    />
  );
}
