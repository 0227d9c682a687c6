/** An experiment on one slide: its question, our curves, and the published numbers beside ours. */
import { useId } from 'react';
import type { ArmResult } from '../../app/experiments/armResult.ts';
import { type Experiment, QUANTITIES } from '../../app/experiments/experiment.ts';
import type { ExperimentSize } from '../../app/experiments/sizes.ts';
import { Lines, SERIF, wrapped } from '../figure/text.tsx';
import { BarPlot, barPlotHeight } from './BarPlot.tsx';
import { Measured, measuredHeight, publishedGroups } from './panels.tsx';
import { shownTitle } from '../../data/shownTitle.ts';
import { adapterWords } from '../../engine/adapterWords.ts';
import { sentences } from '../../text/sentences.ts';
import { t } from '../../text/t.ts';

interface ExperimentFigureProps {
  readonly experiment: Experiment;
  readonly size: ExperimentSize;
  /** Of all arms, in order. */
  readonly results: readonly ArmResult[];
  /** `wide`: for slides. `narrow`: for a phone. */
  readonly layout: 'wide' | 'narrow';
  /** With the verdict and the origin of the numbers, for a figure on its own. */
  readonly withNotes: boolean;
}

const WIDTH = { wide: 960, narrow: 400 } as const;
const PAD = { wide: 32, narrow: 12 } as const;
const PUBLISHED_WIDTH = 290;
const SMALL = 11.5;

export function ExperimentFigure(props: ExperimentFigureProps) {
  const { experiment, size, results, layout, withNotes } = props;
  const clipId = useId();
  const { published, figure: kind, scale } = experiment;
  const [width, pad] = [WIDTH[layout], PAD[layout]];
  const isWide = layout === 'wide';
  const inner = width - 2 * pad;
  const column = isWide ? PUBLISHED_WIDTH : inner;
  const verdict = experiment.verdict(results);
  const own = experiment.own(results);
  const groups = publishedGroups(kind, published, results, own);

  const title = wrapped(experiment.title, inner, isWide ? 26 : 20);
  const question = wrapped(experiment.question, inner, isWide ? 16 : 14);
  const titleBottom = 12 + title.length * (isWide ? 30 : 25) + question.length * 21;
  const plotTop = titleBottom + 14;
  const plotWidth = isWide ? inner - PUBLISHED_WIDTH - 36 : inner;
  const plotHeight = Math.max(isWide ? 330 : 0, measuredHeight(kind, results));
  const side = {
    x: isWide ? width - pad - column : pad,
    y: isWide ? plotTop : plotTop + plotHeight + 26,
  };
  const source = wrapped(sentences(t`${published.source}.`, published.setting), column, SMALL);
  const quantity = QUANTITIES[published.quantity];
  const headed = own.length === 0 ? t`${quantity}, published` : t`${quantity}: published and here`;
  const heading = wrapped(headed, column, 14.5);
  const barsTop = side.y + 12 + heading.length * 18;
  const sourceTop = barsTop + barPlotHeight(groups) + 8;
  const sideBottom = sourceTop + source.length * SMALL * 1.35;
  const notesTop = Math.max(plotTop + plotHeight, sideBottom) + 14;
  const verdictLines = withNotes ? wrapped(verdict.text, inner, 13) : [];
  const aboutLines = withNotes
    ? wrapped(t`Here: ${sentences(scale[size], originOf(experiment, results))}`, inner, 13)
    : [];
  const lines = verdictLines.length + aboutLines.length;
  const height = Math.max(isWide && withNotes ? 540 : 0, notesTop + lines * 13 * 1.35 + 14);
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={t`${experiment.title}: ${verdict.text}`}
    >
      <rect width={width} height={height} fill="var(--paper)" />
      <Lines
        x={pad}
        y={isWide ? 40 : 32}
        lines={title}
        fontSize={isWide ? 26 : 20}
        fill="var(--ink)"
        fontFamily={SERIF}
        fontWeight={600}
        leading={1.2}
      />
      <Lines
        x={pad}
        y={titleBottom - question.length * 21 + 17}
        lines={question}
        fontSize={isWide ? 16 : 14}
        fill="var(--faint)"
        fontFamily={SERIF}
        fontStyle="italic"
      />
      <Measured
        kind={kind}
        results={results}
        clipId={clipId}
        box={{ x: pad, y: plotTop, width: plotWidth, height: plotHeight }}
      />
      <Lines
        x={side.x}
        y={side.y + 14}
        lines={heading}
        fontSize={13}
        fill="var(--ink)"
        fontWeight={600}
      />
      <BarPlot
        box={{ x: side.x, y: barsTop, width: column, height: barPlotHeight(groups) }}
        groups={groups}
      />
      <Lines x={side.x} y={sourceTop + 10} lines={source} fontSize={SMALL} fill="var(--faint)" />
      <Lines x={pad} y={notesTop + 12} lines={verdictLines} fontSize={13} fill="var(--ink)" />
      <Lines
        x={pad}
        y={notesTop + 12 + verdictLines.length * 13 * 1.35}
        lines={aboutLines}
        fontSize={13}
        fill="var(--faint)"
      />
    </svg>
  );
}

/** The origin of the numbers: images, seeds, adapter. */
export function originOf(
  { seedScatter, figure }: Experiment,
  results: readonly ArmResult[],
): string {
  const titles = [...new Set(results.map(({ images }) => shownTitle(images.title)))].join(', ');
  const adapters = [...new Set(results.map(({ adapter }) => adapterWords(adapter)))].join(', ');
  const seed =
    seedScatter === null
      ? t`one seed`
      : figure.type === 'epochs'
        ? t`one seed (from seed to seed a test error varies by ±${seedScatter} points)`
        : t`one seed (from seed to seed a training error varies by ±${seedScatter} points)`;
  return t`${titles}; ${seed}; ${adapters}.`;
}
