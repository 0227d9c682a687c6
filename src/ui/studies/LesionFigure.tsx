/** The sweep's figure: test error by the block switched off, with a cursor for pointer and arrow keys. */
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { formatCount } from '../../charts/format.ts';
import {
  blockX,
  LESION_MARGIN,
  type LesionLine,
  LesionPlot,
  type LesionStage,
} from '../../charts/lesions/LesionPlot.tsx';
import { runColour } from '../../charts/palette.ts';
import { Slide } from '../../charts/Slide.tsx';
import type { LayerGraph } from '../../model/graph.ts';
import {
  type BlockError,
  lesionsCsv,
  type NamedLesions,
  type Sweep,
  sweepOf,
} from '../../app/lesions.ts';
import { resultOf } from '../../app/studies.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { FigureButtons } from './FigureButtons.tsx';
import { LESION_NOTES, LESION_TITLE } from './lesionWords.ts';
import type { Studies, StudySubject } from './subjects.ts';
import { useWidth } from './useWidth.ts';

const HEIGHT = 300;
const SLIDE_WIDTH = 860;

export function LesionFigure({ swept }: { swept: readonly Studies[] }) {
  const [frame, width] = useWidth<HTMLDivElement>(700);
  const [cursor, setCursor] = useState<number | null>(null);
  const nets = swept.map(({ subject, state }) => ({
    subject,
    sweep: sweepOf(resultOf(state, 'lesions'), subject.graph),
  }));
  const lines = nets.map(({ subject: { id, name, colourIndex }, sweep }): LesionLine => {
    return { id, name, colourIndex, base: sweep.base, points: sweep.blocks };
  });
  const longest = longestGraph(swept);
  const stages = stagesOf(longest);
  const chance = 100 * (1 - 1 / (longest?.model.classes ?? 10));
  const blocks = longest?.blocks.length ?? 0;
  const plot = { lines, stages, chance };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') setCursor(null);
    if (by === undefined) return;
    event.preventDefault();
    setCursor((at) => Math.min(blocks - 1, Math.max(0, at === null ? 0 : at + by)));
  };
  const point = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const inner = width - LESION_MARGIN.left - LESION_MARGIN.right;
    const share = (event.clientX - box.left - LESION_MARGIN.left) / inner;
    setCursor(Math.min(blocks - 1, Math.max(0, Math.floor(share * blocks))));
  };
  return (
    <figure aria-label={LESION_TITLE} className="study-figure">
      <figcaption>
        <strong>{LESION_TITLE}</strong>{' '}
        <span>
          Each point is the whole trained net but for one block; the level line is the net as it was
          trained.
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor */}
      <div
        ref={frame}
        role="group"
        className="study-plot"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
        tabIndex={0}
        aria-label="Test error by the block switched off. Arrow keys read values."
        onKeyDown={move}
        onPointerMove={point}
        onPointerLeave={() => setCursor(null)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <LesionPlot {...plot} width={width} height={HEIGHT} cursor={cursor} />
        </svg>
        {cursor !== null && (
          <Readout
            nets={nets}
            index={cursor}
            block={longest?.blocks[cursor]?.name ?? ''}
            left={blockX(cursor, blocks, width) / width}
          />
        )}
      </div>
      {nets.every(({ sweep }) => sweep.base !== null && sweep.base > chance - 5) && (
        <p className="study-warn">
          These nets still guess, with or without a block. Train them further first.
        </p>
      )}
      {LESION_NOTES.map((note) => (
        <p key={note} className="hint">
          {note}
        </p>
      ))}
      <FigureButtons
        name="lesions"
        csv={() => lesionsCsv(named(swept))}
        slide={() => (
          <Slide
            title={LESION_TITLE}
            nets={lines}
            notes={[about(swept), ...LESION_NOTES]}
            width={SLIDE_WIDTH}
            height={400}
          >
            <LesionPlot {...plot} width={SLIDE_WIDTH} height={400} />
          </Slide>
        )}
      />
      <LesionTable nets={nets} />
    </figure>
  );
}

interface Net {
  readonly subject: StudySubject;
  readonly sweep: Sweep;
}

const errorText = (error: number | null | undefined): string =>
  error == null ? '–' : `${error.toFixed(1)} %`;

function Readout({
  nets,
  index,
  block,
  left,
}: {
  nets: readonly Net[];
  index: number;
  block: string;
  left: number;
}) {
  const side = left > 0.6 ? { right: `${100 * (1 - left) + 2}%` } : { left: `${100 * left + 2}%` };
  return (
    <div className="tooltip study-readout" style={side} aria-live="polite">
      <strong>{block}</strong>
      {nets.map(({ subject, sweep }) => (
        <div key={subject.id}>
          <span style={{ color: runColour(subject.colourIndex) }}>{subject.name}</span>{' '}
          {errorText(sweep.blocks.find((one) => one.index === index)?.error)}
        </div>
      ))}
    </div>
  );
}

function LesionTable({ nets }: { nets: readonly Net[] }) {
  const rows = new Map<number, BlockError>();
  for (const { sweep } of nets) {
    for (const one of sweep.blocks) if (!rows.has(one.index)) rows.set(one.index, one);
  }
  return (
    <details>
      <summary>These errors as a table</summary>
      <ScrollArea label="Table of test errors">
        <table>
          <thead>
            <tr>
              <th scope="col">off</th>
              {nets.map(({ subject }) => (
                <th key={subject.id} scope="col">
                  {subject.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">nothing</th>
              {nets.map(({ subject, sweep }) => (
                <td key={subject.id}>{errorText(sweep.base)}</td>
              ))}
            </tr>
            {[...rows.values()]
              .sort((a, b) => a.index - b.index)
              .map(({ index, block, isBorder }) => (
                <tr key={block}>
                  <th scope="row">
                    {block}
                    {isBorder ? ', stage border' : ''}
                  </th>
                  {nets.map(({ subject, sweep }) => (
                    <td key={subject.id}>
                      {errorText(sweep.blocks.find((one) => one.index === index)?.error)}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </ScrollArea>
    </details>
  );
}

export function longestGraph(nets: readonly { readonly subject: StudySubject }[]) {
  return nets
    .map(({ subject }) => subject.graph)
    .reduce<LayerGraph | null>(
      (longest, graph) =>
        longest === null || graph.blocks.length > longest.blocks.length ? graph : longest,
      null,
    );
}

function stagesOf(graph: LayerGraph | null): LesionStage[] {
  const stages: LesionStage[] = [];
  for (const [index, { stage }] of (graph?.blocks ?? []).entries()) {
    const label = `conv${stage + 1}_x`;
    const last = stages.at(-1);
    if (last?.label === label) stages[stages.length - 1] = { ...last, end: index + 1 };
    else stages.push({ label, start: index, end: index + 1 });
  }
  return stages;
}

export function named(swept: readonly Studies[]): readonly NamedLesions[] {
  return swept.flatMap(({ subject, state }) => {
    const result = resultOf(state, 'lesions');
    return result === null ? [] : [{ name: subject.name, step: state.step, result }];
  });
}

/** What the numbers come from. */
export function about(swept: readonly Studies[]): string {
  const parts = named(swept).map(({ name, step, result }) => {
    const at = step === null ? '' : ` at step ${formatCount(step)}`;
    return `${name}${at}, ${formatCount(result.images)} test images`;
  });
  return `${parts.join('; ')}.`;
}
