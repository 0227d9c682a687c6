/**
 * A run's network as it trains: every layer coloured by its gradient, every shortcut an arc that switches it. The layers
 * open what is known of them.
 */
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { hasShortcut } from '../../app/edit.ts';
import { fallText, type Marks } from '../../app/marks.ts';
import { LAYER_STATISTICS } from '../../app/layerStatistics.ts';
import type { RunView } from '../../app/state.ts';
import { moveFocus } from '../../charts/arrowKeys.ts';
import { formatCount, formatPercent, formatValue } from '../../charts/format.ts';
import { runColour, scaleCss } from '../../charts/palette.ts';
import {
  layoutStage,
  STAGE_HEIGHT,
  type StageBlock,
  type StageLayer,
  type StageLayout,
  WIRE_Y,
} from '../../charts/stage/layoutStage.ts';
import { useSize } from '../../charts/useSize.ts';
import { isAlive } from '../../model/branchScale.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { blockWords, layerWords } from '../../model/layerWords.ts';
import { sentenceSpace } from '../../text/language.ts';
import { t } from '../../text/t.ts';
import { useBuilder, useDrawnVersion, useSession } from '../context.ts';
import { useCanCut } from '../sharing/Shown.tsx';
import { useMarks } from './useMarks.ts';

/** Delay after a flush, between those of the charts. */
const DRAWN_AFTER_MS = 50;
const [GRADIENT] = LAYER_STATISTICS;

interface StageNetProps {
  readonly run: RunView;
  /** With shortcuts as they will be once what is pending has been done. */
  readonly graph: LayerGraph;
  /** Range of log10 of the gradient norms, the same for all runs. */
  readonly colours: readonly [number, number];
  /** What is said of the network where no layer is pointed at. */
  readonly caption: string;
  /** The layer that is open. */
  readonly opened: string | null;
  onOpen(layer: string): void;
}

export function StageNet({ run, graph, colours, caption, opened, onOpen }: StageNetProps) {
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const size = useSize(frame);
  const layout = useMemo(
    () => (size === null ? null : layoutStage(graph, size.width)),
    [graph, size?.width],
  );
  const [pointed, setPointed] = useState<string | null>(null);
  const marks = useMarks(run);
  const words = useMemo(
    () => new Map(layout?.layers.map(({ name }) => [name, layerWords(graph, name)])),
    [layout, graph],
  );
  const onCount = graph.blocks.filter(({ name }) => hasShortcut(graph.model, name)).length;
  return (
    <div className="stage-net" ref={frame} style={{ color: runColour(run.colourIndex) }}>
      {layout !== null && (
        // biome-ignore lint/a11y/useSemanticElements: a group of switches and buttons inside a drawing
        <svg
          ref={svg}
          role="group"
          width={size?.width}
          height={STAGE_HEIGHT}
          aria-label={t`Drawing of ${run.name}: ${onCount} of ${graph.blocks.length} shortcuts on`}
          onPointerLeave={() => setPointed(null)}
          onBlur={() => setPointed(null)}
        >
          <path className="wire" d={`M0 ${WIRE_Y}H${layout.right}`} />
          {layout.labels.map(({ text, anchor, x, y }) => (
            <text key={text} x={x} y={y} textAnchor={anchor}>
              {text}
            </text>
          ))}
          {layout.blocks.map((block, i) => (
            <Arc
              key={block.info.name}
              {...{ run, graph, block, svg }}
              isFirst={i === 0}
              onPoint={setPointed}
            />
          ))}
          {layout.layers.map((layer, i) => (
            <Layer
              key={layer.name}
              {...{ layer, svg, onOpen }}
              label={words.get(layer.name) ?? layer.name}
              isFirst={i === 0}
              isOpened={layer.name === opened}
              onPoint={setPointed}
            />
          ))}
          <StudyMarks layout={layout} marks={marks} />
        </svg>
      )}
      <Colours {...{ run, graph, svg, layout, colours }} />
      <Caption {...{ run, graph, pointed, caption, marks, words }} />
    </div>
  );
}

/** Losses of accuracy from which on a block's mark is full. */
const FULL_FALL = 0.3;
/** Smaller ones are within the scatter of a few hundred test images. */
const LEAST_FALL = 0.02;
/** Smaller shares of dead units can't be seen. */
const LEAST_DEAD = 0.01;

/** Layers are hollow as far as their ReLUs are dead; a bar below a block says how much accuracy hangs on it. */
function StudyMarks({ layout, marks }: { layout: StageLayout; marks: Marks }) {
  return (
    <g className="marks">
      {layout.layers.map(({ name, x, width, halfHeight }) => {
        const share = marks.dead.get(name)?.share ?? 0;
        if (share < LEAST_DEAD) return null;
        const height = Math.max(1.5, 2 * halfHeight * share);
        return (
          <rect
            key={name}
            className="dead"
            x={x + 0.5}
            y={WIRE_Y - halfHeight + 0.5}
            width={Math.max(1, width - 1)}
            height={Math.max(1, height - 1)}
          />
        );
      })}
      {layout.blocks.map(({ info: { name }, x, width }) => {
        const fall = marks.falls.get(name)?.share ?? 0;
        if (fall < LEAST_FALL) return null;
        const share = Math.min(1, fall / FULL_FALL);
        return (
          <rect
            key={name}
            className="fall"
            x={x + 0.1 * width}
            y={FALL_TOP}
            width={0.8 * width * share}
            height={3}
          />
        );
      })}
    </g>
  );
}

interface ArcProps {
  readonly run: RunView;
  readonly graph: LayerGraph;
  readonly block: StageBlock;
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly isFirst: boolean;
  onPoint(block: string): void;
}

function Arc({ run, graph, block, svg, isFirst, onPoint }: ArcProps) {
  const builder = useBuilder();
  const canCut = useCanCut();
  const { info, x, width, arc } = block;
  const isOn = hasShortcut(graph.model, info.name);
  const toggle = () =>
    builder.change(run.id, { kind: 'blockShortcut', block: info.name, on: !isOn });
  return (
    <g
      className={isOn ? 'shortcut on' : 'shortcut'}
      role="switch"
      aria-checked={isOn}
      aria-disabled={!canCut}
      aria-label={t`Shortcut ${info.name}`}
      tabIndex={isFirst ? 0 : -1}
      onClick={toggle}
      onKeyDown={(event) => onKey(event, svg.current, '[role=switch]', toggle)}
      onPointerEnter={() => onPoint(info.name)}
      onFocus={() => onPoint(info.name)}
    >
      <rect className="hit" x={x} y={0} width={width} height={ARC_HEIGHT} />
      <path className="arc" d={arc} strokeDasharray={info.changesShape ? '4 3' : undefined} />
    </g>
  );
}

/** Of the drawing, from the top: where a click switches the shortcut and opens no layer. */
const ARC_HEIGHT = 30;
const LAYERS_BOTTOM = 76;
/** Of the bars below the blocks, above the stages' names. */
const FALL_TOP = 74;

interface LayerProps {
  /** What it is called. */
  readonly label: string;
  readonly layer: StageLayer;
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly isFirst: boolean;
  readonly isOpened: boolean;
  onPoint(layer: string): void;
  onOpen(layer: string): void;
}

function Layer({ label, layer, svg, isFirst, isOpened, onPoint, onOpen }: LayerProps) {
  const { name, x, width, halfHeight } = layer;
  const open = () => onOpen(name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button inside a drawing
    <g
      className={isOpened ? 'layer opened' : 'layer'}
      role="button"
      aria-label={label}
      aria-expanded={isOpened}
      tabIndex={isFirst ? 0 : -1}
      onClick={open}
      onKeyDown={(event) => onKey(event, svg.current, '[role=button]', open)}
      onPointerEnter={() => onPoint(name)}
      onFocus={() => onPoint(name)}
    >
      <rect
        className="hit"
        x={x - 0.1 * width}
        y={ARC_HEIGHT}
        width={1.2 * width}
        height={LAYERS_BOTTOM - ARC_HEIGHT}
      />
      <rect
        data-layer={name}
        x={x}
        y={WIRE_Y - halfHeight}
        width={width}
        height={2 * halfHeight}
        rx={Math.min(2, width / 4)}
      />
    </g>
  );
}

function onKey(event: KeyboardEvent, svg: Element | null, among: string, act: () => void): void {
  moveFocus(event, svg, among);
  if (event.key !== ' ' && event.key !== 'Enter') return;
  event.preventDefault();
  act();
}

interface ColoursProps {
  readonly run: RunView;
  readonly graph: LayerGraph;
  readonly svg: RefObject<SVGSVGElement | null>;
  /** New rectangles have no colour yet. */
  readonly layout: StageLayout | null;
  readonly colours: readonly [number, number];
}

/** Colours the layers by their last gradient, past React: with 110 layers, four times a second. */
function Colours({ run, graph, svg, layout, colours }: ColoursProps) {
  const session = useSession();
  const version = useDrawnVersion(DRAWN_AFTER_MS);
  const { latest, parameterNames } = session.history(run.id);
  const { seed } = run.config.training;
  useEffect(() => {
    const indices = new Map(parameterNames.map((name, i) => [name, i]));
    const dropped = latest === null ? null : droppedLayers(graph, seed, latest.step);
    for (const rect of svg.current?.querySelectorAll<SVGRectElement>('[data-layer]') ?? []) {
      const index = indices.get(`${rect.getAttribute('data-layer')}.weight`);
      const norm = index === undefined ? Number.NaN : (latest?.gradNorm[index] ?? Number.NaN);
      rect.style.fill = latest === null ? '' : scaleCss(norm, colours);
      rect.style.opacity = dropped?.has(`${rect.getAttribute('data-layer')}`) ? '0.2' : '';
    }
  }, [svg, graph, seed, layout, latest, parameterNames, colours, version]);
  return null;
}

/** By stochastic depth: the layers of the branches that did not count in a step. */
function droppedLayers({ nodes }: LayerGraph, seed: number, step: number): ReadonlySet<string> {
  const blocks = new Set(
    nodes.flatMap((node) =>
      node.kind === 'scale' && node.survival < 1 && !isAlive(node, seed, step) ? [node.block] : [],
    ),
  );
  return new Set(nodes.flatMap(({ name, block }) => (blocks.has(block) ? [name] : [])));
}

interface CaptionProps {
  readonly run: RunView;
  readonly graph: LayerGraph;
  /** A layer, or a block whose shortcut it is. */
  readonly pointed: string | null;
  readonly caption: string;
  readonly marks: Marks;
  /** By layer, what it is called. */
  readonly words: ReadonlyMap<string, string>;
}

/** What the pointer or the focus is on, in the paper's words. */
function Caption({ run, graph, pointed, caption, marks, words }: CaptionProps) {
  const session = useSession();
  useDrawnVersion(DRAWN_AFTER_MS);
  const block = graph.blocks.find(({ name }) => name === pointed);
  if (pointed === null) {
    const isNews = run.pending.length > 0;
    return <p className={`hint stage-caption ${isNews ? '' : 'of-net'}`}>{caption}</p>;
  }
  if (block !== undefined) {
    const isOn = hasShortcut(graph.model, block.name);
    const fall = marks.falls.get(block.name);
    const words = blockWords(block.name);
    const state = isOn ? t`${words}: shortcut on.` : t`${words}: shortcut cut.`;
    const click = isOn ? t`Click to cut it.` : t`Click to restore it.`;
    const more =
      fall === undefined
        ? click
        : t`Without the block, accuracy ${fallText(fall.share)} at step ${formatCount(fall.step)}.`;
    return <p className="hint stage-caption">{state + sentenceSpace + more}</p>;
  }
  const history = session.history(run.id);
  const layer = GRADIENT.layers(history).find(({ name }) => name === pointed);
  const norm = layer === undefined ? Number.NaN : GRADIENT.latest(history, layer);
  const dead = marks.dead.get(pointed);
  const name = words.get(pointed) ?? pointed;
  const named = history.latest === null ? name : t`${name}: gradient norm ${formatValue(norm)}`;
  return (
    <p className="hint stage-caption">
      {dead === undefined
        ? named
        : t`${named}, dead ReLUs ${formatPercent(dead.share)} at step ${formatCount(dead.step)}`}
    </p>
  );
}
