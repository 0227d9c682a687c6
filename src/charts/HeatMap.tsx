/** Layer × step heat map of one run's gradient norms, with a cursor for pointer and arrow keys. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { stageBands, weightLayers } from '../runs/layers.ts';
import type { RunHistory } from '../training/history.ts';
import { formatCount, formatValue } from './format.ts';
import { HeatMapPainter, MAX_COLUMNS } from './heatMapPainter.ts';

interface HeatMapProps {
  readonly name: string;
  readonly history: RunHistory;
  /** Of log10 of the norm, the same for all runs. */
  readonly range: readonly [number, number];
  /** Steps on the x axis, the same for all runs. */
  readonly lastStep: number;
}

interface Cursor {
  readonly column: number;
  readonly layer: number;
}

const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Drawn anew with each render: the history, itself mutable, has then grown. */
export function HeatMap({ name, history, range, lastStep }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useMemo(
    () => new HeatMapPainter(weightLayers(history.parameterNames)),
    [history.parameterNames],
  );
  const [cursor, setCursor] = useState<Cursor | null>(null);
  // Whole steps of the shared axis, in columns of this run's history.
  const columnsShown = () => {
    const columnSteps = history.stride * painter.rowsPerColumn;
    return Math.min(MAX_COLUMNS, Math.max(1, Math.ceil((lastStep + 1) / columnSteps)));
  };
  const shownColumns = columnsShown();

  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (canvas.current === null || context === null) return;
    painter.update(history, range);
    // Setting a size clears the canvas; columns beyond the painted ones may hold an older picture.
    canvas.current.width = columnsShown();
    canvas.current.height = painter.pixels.height;
    context.putImageData(painter.pixels, 0, 0, 0, 0, painter.columns, painter.pixels.height);
  });

  const clamp = ({ column, layer }: Cursor): Cursor => ({
    column: Math.min(Math.max(0, painter.columns - 1), Math.max(0, column)),
    layer: Math.min(Math.max(0, painter.layers.length - 1), Math.max(0, layer)),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const move = KEYS[event.key];
    if (event.key === 'Escape') setCursor(null);
    if (move === undefined) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    const from = cursor ?? { column: painter.columns - 1, layer: 0 };
    const isFirst = cursor === null;
    setCursor(
      clamp(
        isFirst ? from : { column: from.column + far * move[0], layer: from.layer + far * move[1] },
      ),
    );
  };
  const onPointerMove = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * shownColumns);
    const layer = Math.floor(((event.clientY - box.top) / box.height) * painter.layers.length);
    setCursor(column < painter.columns ? clamp({ column, layer }) : null);
  };
  const at = cursor === null ? null : clamp(cursor);
  const row = at === null ? 0 : at.column * painter.rowsPerColumn;
  return (
    <div className="heat">
      <div className="heat-stages" aria-hidden="true">
        {stageBands(painter.layers).map(({ label, start, end }) => (
          <span
            key={label}
            data-export-text
            style={{ top: `${(50 * (start + end)) / painter.layers.length}%` }}
          >
            {label}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor */}
      <div
        className="heat-plot"
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
        tabIndex={0}
        aria-label={`Heat map of ${name}, layers from input (top) to classifier, steps from left. Arrow keys read values.`}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCursor(null)}
      >
        <canvas ref={canvas} />
        {at !== null && (
          <span
            className="heat-cursor"
            style={{
              left: `${(100 * at.column) / shownColumns}%`,
              top: `${(100 * at.layer) / painter.layers.length}%`,
              width: `max(4px, ${100 / shownColumns}%)`,
              height: `${100 / painter.layers.length}%`,
            }}
          />
        )}
      </div>
      <p className="heat-readout">
        <span data-export-text>step 0</span>
        <span aria-live="polite">
          {at !== null &&
            `step ${formatCount(history.firstStep[row] ?? 0)}, ${painter.layers[at.layer]?.name}: ${formatValue(painter.norm(history, at.column, at.layer))}`}
        </span>
        <span data-export-text>{formatCount(lastStep)}</span>
      </p>
    </div>
  );
}
