/** Loss, accuracy and gradient norms of all runs, with what they share: legend, smoothing, axes. */
import { useEffect, useId, useMemo, useState } from 'react';
import { chartMarkers } from '../../runs/markers.ts';
import { chartRows } from '../../runs/series.ts';
import { useChartRuns, useDrawnVersion, usePage, useSession } from '../context.ts';
import { GradientFigure } from './GradientFigure.tsx';
import { LazyMetricChart, preloadCharts } from './LazyCharts.tsx';

export function Figures() {
  const smoothingId = useId();
  const [smoothing, setSmoothing] = useState(0.85);
  const [logSteps, setLogSteps] = useState(false);
  const [logLoss, setLogLoss] = useState(false);
  const isOpen = usePage(({ phase }) => phase !== 'opening');
  useEffect(() => (isOpen ? preloadCharts() : undefined), [isOpen]);
  return (
    <div className="figures">
      <div className="legend">
        <p className="hint">
          Same first weights, same batches: only the shortcuts differ. Switch them while the nets
          train; weights stay. Lines: training, dots: test images.
        </p>
        <div className="legend-controls">
          <label htmlFor={smoothingId}>Smoothing {smoothing.toFixed(2)}</label>
          <input
            id={smoothingId}
            type="range"
            min={0}
            max={0.99}
            step={0.01}
            value={smoothing}
            onChange={(event) => setSmoothing(Number(event.target.value))}
          />
          <Check label="log steps" checked={logSteps} onChange={setLogSteps} />
          <Check label="log loss" checked={logLoss} onChange={setLogLoss} />
        </div>
      </div>
      <div className="pair">
        <LineFigure
          title="Loss"
          quantity="loss"
          smoothing={smoothing}
          logX={logSteps}
          logY={logLoss}
          caption="Cross-entropy, lower is better. A plain net that is too deep has the higher training loss: not overfitting, but harder to train (He et al. 2015, §1, fig. 1)."
        />
        <LineFigure
          title="Accuracy"
          quantity="accuracy"
          smoothing={smoothing}
          logX={logSteps}
          logY={false}
          caption="Share of images classified rightly; guessing gives 10 %. With shortcuts the deeper net wins, without them the shallower one (§4.2, fig. 6)."
        />
      </div>
      <GradientFigure />
    </div>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

interface LineFigureProps {
  readonly title: 'Loss' | 'Accuracy';
  readonly quantity: 'loss' | 'accuracy';
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly caption: string;
}

function LineFigure({ title, quantity, smoothing, logX, logY, caption }: LineFigureProps) {
  const session = useSession();
  const runs = useChartRuns();
  const marks = usePage((state) => state.runs.map(({ markers }) => markers));
  const version = useDrawnVersion(quantity === 'loss' ? 20 : 80);
  const unit = quantity === 'accuracy' ? '%' : '';
  const rows = useMemo(
    () =>
      chartRows(
        runs.map(({ id }) => ({ id, history: session.history(id) })),
        quantity,
        { smoothing, log: logY, unit: unit === '%' ? 100 : 1 },
      ).filter(({ step }) => !logX || step > 0),
    [runs, version, quantity, smoothing, logX, logY],
  );
  const markers = useMemo(
    () => chartMarkers(runs.map(({ name }, i) => ({ name, markers: marks[i] ?? [] }))),
    [runs, marks],
  );
  return (
    <figure aria-label={title}>
      <figcaption>
        <strong data-export-text>{title}</strong> <span>{caption}</span>
      </figcaption>
      <div className="plot">
        {rows.length === 0 ? (
          <p className="empty">Press Train. The first step draws here.</p>
        ) : (
          <LazyMetricChart
            runs={runs}
            rows={rows}
            markers={markers}
            unit={unit}
            lastStep={rows.at(-1)?.step ?? 1}
            logX={logX}
            logY={logY}
            showsRaw={smoothing > 0}
          />
        )}
      </div>
    </figure>
  );
}
