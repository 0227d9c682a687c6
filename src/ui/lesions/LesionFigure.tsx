/** The figure of a sweep: test error by the block switched off, read by pointer and arrow keys. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { type BlockError, lesionsCsv, type Sweep, sweepOf } from '../../app/lesions.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import { arrowOf, clamp } from '../../charts/arrowKeys.ts';
import {
  blockScale,
  type LesionLine,
  LesionPlot,
  type LesionStage,
} from '../../charts/lesions/LesionPlot.tsx';
import { PlotArea } from '../../charts/PlotArea.tsx';
import { runColour } from '../../charts/palette.ts';
import { useSize } from '../../charts/useSize.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { StudyFigure } from '../studies/StudyFigure.tsx';
import { LESION_NOTES, LESION_TITLE } from './lesionNotes.ts';
import {
  chanceError,
  errorText,
  type LesionStudies,
  longestGraph,
  namedLesions,
  originOf,
  SHEET,
} from './lesionStudies.ts';
import { t } from '../../text/t.ts';

const HEIGHT = 300;

export function LesionFigure({ sweeps }: { sweeps: LesionStudies }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width ?? 700;
  const [cursor, setCursor] = useState<number | null>(null);
  const nets = sweeps.map(({ subject: { run, graph }, result }) => ({
    ...{ run, sweep: sweepOf(result, graph) },
  }));
  const lines = nets.map(({ run: { id, name, colourIndex }, sweep }): LesionLine => {
    return { id, name, colourIndex, base: sweep.base, points: sweep.blocks };
  });
  const blocks = longestGraph(sweeps)?.blocks ?? [];
  const chance = chanceError(sweeps);
  const plot = { lines, chance, stages: stagesOf(blocks) };
  const scale = blockScale(blocks.length, width);
  const setWithin = (index: number) => setCursor(clamp(index, 0, blocks.length - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    const [by] = arrowOf(event) ?? [0];
    if (event.key === 'Escape' && cursor !== null) {
      event.preventDefault();
      setCursor(null);
    }
    if (by === 0) return;
    event.preventDefault();
    setWithin(cursor === null ? 0 : cursor + by);
  };
  const onPointerMove = (event: PointerEvent) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setWithin(Math.floor(scale.invert(event.clientX - left)));
  };
  return (
    <StudyFigure
      title={LESION_TITLE}
      caption={t`Each point is the whole trained network except for one block; the horizontal line is the network as it was trained.`}
      notes={LESION_NOTES}
      fileName="lesions"
      origin={originOf(sweeps)}
      sheet={{ ...SHEET, nets: lines, children: <LesionPlot {...plot} {...SHEET} /> }}
      csv={() => lesionsCsv(namedLesions(sweeps))}
      table={<LesionTable nets={nets} />}
    >
      <PlotArea
        ref={frame}
        className="study-plot"
        label={t`Test error by the block switched off. Arrow keys read values.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCursor(null)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <LesionPlot {...plot} width={width} height={HEIGHT} cursor={cursor} />
        </svg>
        {cursor !== null && (
          <Readout
            nets={nets}
            index={cursor}
            block={blocks[cursor]?.name ?? ''}
            left={scale.at(cursor + 0.5) / width}
          />
        )}
      </PlotArea>
      {nets.every(({ sweep }) => sweep.base !== null && sweep.base > chance - 5) && (
        <p className="study-warn">{t`These networks still guess, with or without a block. Train them further first.`}</p>
      )}
    </StudyFigure>
  );
}

interface Net {
  readonly run: ShownRun;
  readonly sweep: Sweep;
}

const errorAt = ({ blocks }: Sweep, index: number): string =>
  errorText(blocks.find((block) => block.index === index)?.error);

interface ReadoutProps {
  readonly nets: readonly Net[];
  readonly index: number;
  readonly block: string;
  /** Where the block is, as a share of the plot's width. */
  readonly left: number;
}

function Readout({ nets, index, block, left }: ReadoutProps) {
  const side = left > 0.6 ? { right: `${100 * (1 - left) + 2}%` } : { left: `${100 * left + 2}%` };
  return (
    <div className="tooltip study-readout" style={side} aria-live="polite">
      <strong>{block}</strong>
      {nets.map(({ run: { id, name, colourIndex }, sweep }) => (
        <div key={id}>
          <span style={{ color: runColour(colourIndex) }}>{name}</span> {errorAt(sweep, index)}
        </div>
      ))}
    </div>
  );
}

function LesionTable({ nets }: { nets: readonly Net[] }) {
  const rows = new Map<number, BlockError>();
  for (const { sweep } of nets) {
    for (const block of sweep.blocks) if (!rows.has(block.index)) rows.set(block.index, block);
  }
  return (
    <details>
      <summary>{t`These errors as a table`}</summary>
      <ScrollTable
        label={t`Table of test errors`}
        columns={[t`off`, ...nets.map(({ run }) => run.name)]}
        rows={[
          { key: -1, head: t`nothing`, cells: nets.map(({ sweep }) => errorText(sweep.base)) },
          ...[...rows.values()]
            .sort((a, b) => a.index - b.index)
            .map(({ index, block, isBorder }) => ({
              key: index,
              head: isBorder ? t`${block}, stage border` : block,
              cells: nets.map(({ sweep }) => errorAt(sweep, index)),
            })),
        ]}
      />
    </details>
  );
}

function stagesOf(blocks: LayerGraph['blocks']): LesionStage[] {
  const stages: LesionStage[] = [];
  for (const [index, { stage }] of blocks.entries()) {
    const label = `conv${stage + 1}_x`;
    const last = stages.at(-1);
    if (last?.label === label) stages[stages.length - 1] = { ...last, end: index + 1 };
    else stages.push({ label, start: index, end: index + 1 });
  }
  return stages;
}
