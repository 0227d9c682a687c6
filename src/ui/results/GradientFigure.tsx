/** Gradient norm by layer: a heat map over the steps for each run, and the latest profile of all runs across depth. */
import { useEffect, useMemo, useRef } from 'react';
import { formatCount, formatValue } from '../../charts/format.ts';
import { HeatMap } from '../../charts/HeatMap.tsx';
import type { ChartRun } from '../../charts/MetricChart.tsx';
import type { ProfileRow, StageTick } from '../../charts/ProfileChart.tsx';
import { normCss, runColour } from '../../charts/palette.ts';
import { robustLogRange, stageBands, type WeightLayer, weightLayers } from '../../runs/layers.ts';
import type { RunHistory } from '../../training/history.ts';
import { useChartRuns, useDrawnVersion, useSession } from '../context.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { LazyProfileChart } from './LazyCharts.tsx';

/** Rows looked at for the colour scale. */
const SCALE_ROWS = 64;

interface RunWithHistory {
  readonly run: ChartRun;
  readonly history: RunHistory;
}

function* sampledNorms(runs: readonly RunWithHistory[]): Generator<number> {
  for (const { history } of runs) {
    const layers = weightLayers(history.parameterNames);
    const every = Math.max(1, Math.ceil(history.length / SCALE_ROWS));
    for (let row = 0; row < history.length; row += every) {
      const norms = history.gradNormRow(row);
      for (const { parameter } of layers) yield norms[parameter] ?? 0;
    }
  }
}

function profileRows(runs: readonly RunWithHistory[]): ProfileRow[] {
  const byDepth = new Map<number, ProfileRow>();
  for (const { run, history } of runs) {
    const norms = history.latest?.gradNorm;
    if (norms === undefined) continue;
    for (const { parameter, name, depth } of weightLayers(history.parameterNames)) {
      const row = byDepth.get(depth) ?? { depth, layer: name, norms: {} };
      const norm = norms[parameter] ?? 0;
      if (norm > 0 && Number.isFinite(norm)) row.norms[run.id] = norm;
      byDepth.set(depth, row);
    }
  }
  return [...byDepth.values()].sort((a, b) => a.depth - b.depth);
}

/** Where the stages begin and what they are called, on the profile's axis. */
function stageTicks(layers: readonly WeightLayer[]): StageTick[] {
  const last = Math.max(1, layers.length - 1);
  return stageBands(layers).map(({ label, start, end }) => ({
    label,
    start: (start - 0.5) / last,
    centre: (start + end - 1) / 2 / last,
  }));
}

export function GradientFigure() {
  const session = useSession();
  const runs = useChartRuns();
  const version = useDrawnVersion(140);
  const shown = useMemo(
    () => runs.map((run) => ({ run, history: session.history(run.id) })),
    [runs, session, version],
  );
  const [low, high] = useMemo(() => robustLogRange(sampledNorms(shown)), [shown]);
  const range = useMemo(() => [low, high] as const, [low, high]);
  const rows = useMemo(() => profileRows(shown), [shown]);
  const profileRange = useMemo(() => {
    const logs = rows.flatMap(({ norms }) => Object.values(norms).map(Math.log10));
    const [lowest, highest] = [Math.min(low, ...logs), Math.max(high, ...logs)];
    return [Math.floor(2 * lowest) / 2, Math.ceil(2 * highest) / 2] as const;
  }, [rows, low, high]);
  const firstNames = shown[0]?.history.parameterNames;
  const stages = useMemo(() => stageTicks(weightLayers(firstNames ?? [])), [firstNames]);
  const lastStep = Math.max(0, ...shown.map(({ history }) => history.latest?.step ?? 0));
  return (
    <figure aria-label="Gradient norm by layer" className="gradients">
      <figcaption>
        <strong data-export-text>Gradient norm by layer</strong>{' '}
        <span>
          How strongly the loss pulls at each layer’s weights, from the input (top, left) to the
          classifier. One colour from top to bottom: every layer learns at the same pace. A slope:
          steps that suit one end are wrong for the other. Shortcuts carry the gradient past the
          blocks (He et al. 2016, §2, eq. 5).
        </span>
      </figcaption>
      {rows.length === 0 ? (
        <p className="empty">Every training step adds a column for each run.</p>
      ) : (
        <>
          <Scale range={range} />
          <div className="gradient-plots">
            {shown.map(({ run, history }) => (
              <div key={run.id} className="heat-of-run">
                <h3 data-export-text style={{ color: runColour(run.slot) }}>
                  {run.name}
                </h3>
                <HeatMap name={run.name} history={history} range={range} lastStep={lastStep} />
              </div>
            ))}
            <div className="profile">
              <h3 data-export-text>
                Now, after {formatCount(lastStep + 1)} {lastStep === 0 ? 'step' : 'steps'}
              </h3>
              <div className="plot">
                <LazyProfileChart runs={runs} rows={rows} range={profileRange} stages={stages} />
              </div>
            </div>
          </div>
          <NumberTable runs={runs} rows={rows} />
        </>
      )}
    </figure>
  );
}

const SCALE_COLOURS = 64;

function Scale({ range: [low, high] }: { range: readonly [number, number] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    for (let i = 0; i < SCALE_COLOURS; i++) {
      const norm = 10 ** (low + (i / (SCALE_COLOURS - 1)) * (high - low));
      context.fillStyle = normCss(norm, [low, high]);
      context.fillRect(i, 0, 1, 1);
    }
  }, [low, high]);
  return (
    <p className="scale">
      <span data-export-text>‖∂L/∂W‖ {formatValue(10 ** low)}</span>
      <canvas ref={canvas} className="scale-bar" width={SCALE_COLOURS} height={1} />
      <span data-export-text>{formatValue(10 ** high)}, log scale</span>
      <span className="scale-none" /> <span>none: cut off</span>
    </p>
  );
}

function NumberTable({ runs, rows }: { runs: readonly ChartRun[]; rows: readonly ProfileRow[] }) {
  return (
    <details>
      <summary>These norms as a table</summary>
      <ScrollArea label="Table of gradient norms">
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              {runs.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.depth}>
                <th scope="row">{row.layer}</th>
                {runs.map(({ id }) => (
                  <td key={id}>{row.norms[id] === undefined ? '–' : formatValue(row.norms[id])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </details>
  );
}
