/** The network as in the paper's fig. 3: convolutions in a row, and each block's shortcut as an arc that is a switch. */
import { type KeyboardEvent, useMemo, useRef } from 'react';
import type { RunView } from '../../app/state.ts';
import { moveFocus } from '../../charts/arrowKeys.ts';
import {
  arcPath,
  barHeight,
  type DrawnBlock,
  type DrawnRow,
  layoutNetwork,
  ROW_HEIGHT,
} from '../../charts/drawing.ts';
import { runColour } from '../../charts/palette.ts';
import { hasStemPool, stemWidth } from '../../model/builder.ts';
import type { LayerGraph } from '../../model/graph.ts';
import { useBuilder } from '../context.ts';
import { useIsLocked } from '../sharing/Shown.tsx';

const WIDTH = 372;
const LABEL_WIDTH = 62;
const BASELINE = 32;
/** Room for arcs that the stem, the first row, does not need. */
const UNUSED_TOP = 14;

const isOn = ({ info }: DrawnBlock) => info.shortcut !== 'cut' && info.shortcut !== 'none';

export function NetworkDrawing({ run, graph }: { run: RunView; graph: LayerGraph }) {
  const builder = useBuilder();
  const isLocked = useIsLocked();
  const svg = useRef<SVGSVGElement>(null);
  const layout = useMemo(() => layoutNetwork(graph, WIDTH - LABEL_WIDTH - 4), [graph]);
  const first = graph.blocks[0]?.name;
  const onCount = graph.blocks.filter(
    ({ shortcut }) => shortcut !== 'cut' && shortcut !== 'none',
  ).length;
  const toggle = (block: string, on: boolean) =>
    builder.change(run.id, { kind: 'blockShortcut', block, on });
  const onKeyDown = (event: KeyboardEvent, block: string, on: boolean) => {
    moveFocus(event, svg.current, '[role=switch]');
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    toggle(block, !on);
  };
  const height = ROW_HEIGHT * 2 + layout.height - UNUSED_TOP;
  return (
    <div className="drawing">
      {/* biome-ignore lint/a11y/useSemanticElements: a group of switches inside a drawing */}
      <svg
        ref={svg}
        viewBox={`0 ${UNUSED_TOP} ${WIDTH} ${height}`}
        role="group"
        aria-label={`Drawing of ${run.name}: ${onCount} of ${graph.blocks.length} shortcuts on`}
        style={{ color: runColour(run.colourIndex) }}
      >
        <Stem graph={graph} />
        <g transform={`translate(0 ${ROW_HEIGHT})`}>
          {layout.rows.map((row) => (
            <g key={row.y} transform={`translate(0 ${row.y})`}>
              <RowFrame row={row} />
              {row.blocks.map((block) => (
                <g
                  key={block.info.name}
                  className={isOn(block) ? 'shortcut on' : 'shortcut'}
                  transform={`translate(${LABEL_WIDTH} 0)`}
                  role="switch"
                  aria-checked={isOn(block)}
                  aria-disabled={isLocked}
                  aria-label={`Shortcut ${block.info.name}`}
                  tabIndex={block.info.name === first ? 0 : -1}
                  onClick={() => toggle(block.info.name, !isOn(block))}
                  onKeyDown={(event) => onKeyDown(event, block.info.name, isOn(block))}
                >
                  <rect
                    className="hit"
                    x={block.x}
                    y={1}
                    width={block.width}
                    height={ROW_HEIGHT - 2}
                  />
                  <Bars block={block} />
                  <path
                    className="arc"
                    d={arcPath(block, BASELINE)}
                    strokeDasharray={block.info.changesShape ? '4 3' : undefined}
                  />
                </g>
              ))}
            </g>
          ))}
        </g>
        <Classifier graph={graph} y={ROW_HEIGHT + layout.height} />
      </svg>
      <p className="hint">
        Click an arc, or focus it and press Space, to cut that shortcut. Solid arcs are identities;
        dashed ones change the shape (fig. 3). {onCount} of {graph.blocks.length} on.
      </p>
    </div>
  );
}

function RowFrame({ row }: { row: DrawnRow }) {
  const last = row.blocks.at(-1);
  const end = LABEL_WIDTH + (last === undefined ? 0 : last.x + last.width);
  return (
    <>
      <text x={0} y={BASELINE - 4} className="stage">
        {row.label}
      </text>
      {row.label !== '' && (
        <text x={0} y={BASELINE + 8} className="shape">
          {row.shape.channels}×{row.shape.height}×{row.shape.width}
        </text>
      )}
      <path className="wire" d={`M${LABEL_WIDTH} ${BASELINE}H${end}`} />
    </>
  );
}

function Bars({ block }: { block: DrawnBlock }) {
  const { x, width, convolutions } = block;
  const gap = width / (convolutions.length + 1);
  const barWidth = Math.min(7, gap * 0.6);
  return convolutions.map(({ name, channels }, i) => (
    <rect
      key={name}
      className="bar"
      x={x + gap * (i + 1) - barWidth / 2}
      y={BASELINE - barHeight(channels) / 2}
      width={barWidth}
      height={barHeight(channels)}
      rx={1}
    />
  ));
}

function Stem({ graph }: { graph: LayerGraph }) {
  const { inputSize, stem } = graph.model;
  const size = stem === 'cifar' ? '3×3' : '7×7, stride 2';
  const pool = hasStemPool(graph.model) ? ', max-pool' : '';
  const height = barHeight(stemWidth(graph.model));
  return (
    <g>
      <text x={0} y={BASELINE - 4} className="stage">
        conv1
      </text>
      <path className="wire" d={`M${LABEL_WIDTH} ${BASELINE}H${LABEL_WIDTH + 60}`} />
      <rect
        className="bar"
        x={LABEL_WIDTH + 12}
        y={BASELINE - height / 2}
        width={7}
        height={height}
        rx={1}
      />
      <text x={LABEL_WIDTH + 66} y={BASELINE + 4} className="shape">
        3×{inputSize}×{inputSize} image, {size}
        {pool}
      </text>
    </g>
  );
}

function Classifier({ graph, y }: { graph: LayerGraph; y: number }) {
  return (
    <g transform={`translate(0 ${y})`}>
      <text x={0} y={BASELINE - 4} className="stage">
        fc
      </text>
      <path className="wire" d={`M${LABEL_WIDTH} ${BASELINE}H${LABEL_WIDTH + 60}`} />
      <rect className="bar" x={LABEL_WIDTH + 12} y={BASELINE - 6} width={7} height={12} rx={1} />
      <text x={LABEL_WIDTH + 66} y={BASELINE + 4} className="shape">
        average pool, {graph.model.classes} classes
      </text>
    </g>
  );
}
