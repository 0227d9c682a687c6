/** What all charts share: smoothing, axes, zoom. */
import { useId } from 'react';
import { useLinked, useLinkedStore } from '../../charts/linked.ts';
import { MAX_SMOOTHING } from '../../app/chartSettings.ts';
import { X_KINDS, type XKind } from '../../app/xAxis.ts';
import { useChartSettings } from './useChartFrame.ts';

/** The slider is even in how many steps are averaged: 0.9, 0.99 and 0.999 are equally far apart. */
const toSlider = (smoothing: number) => -Math.log10(1 - smoothing);
const fromSlider = (place: number) =>
  Math.min(MAX_SMOOTHING, Number((1 - 10 ** -place).toFixed(3)));

const X_NAMES: Readonly<Record<XKind, string>> = {
  step: 'steps',
  epoch: 'epochs',
  images: 'images',
  time: 'time',
};

export function ChartToolbar() {
  const [settings, change] = useChartSettings();
  const linked = useLinkedStore();
  const isZoomed = useLinked(({ zoom }) => zoom !== null);
  const [smoothingId, xId] = [useId(), useId()];
  const { smoothing } = settings;
  const text = smoothing === 0 ? 'off' : smoothing.toFixed(smoothing < 0.99 ? 2 : 3);
  return (
    <div className="legend-controls">
      <span className="legend-control">
        <label htmlFor={smoothingId}>Smoothing</label>
        <input
          id={smoothingId}
          type="range"
          min={0}
          max={toSlider(MAX_SMOOTHING)}
          step={0.02}
          value={toSlider(smoothing)}
          aria-valuetext={text}
          onChange={(event) => change({ smoothing: fromSlider(Number(event.target.value)) })}
        />
        <span className="smoothing-value" aria-hidden="true">
          {text}
        </span>
      </span>
      <span className="legend-control">
        <label htmlFor={xId}>Over</label>
        <select
          id={xId}
          value={settings.x}
          onChange={(event) => {
            const x = X_KINDS.find((kind) => kind === event.target.value);
            if (x === undefined) return;
            linked.setState({ zoom: null, cursor: null });
            change({ x });
          }}
        >
          {X_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {X_NAMES[kind]}
            </option>
          ))}
        </select>
      </span>
      <Check
        label={`log ${X_NAMES[settings.x]}`}
        checked={settings.logX}
        onChange={(logX) => change({ logX })}
      />
      <Check
        label="log loss"
        checked={settings.logLoss}
        onChange={(logLoss) => change({ logLoss })}
      />
      <Check
        label="ignore outliers"
        checked={settings.ignoreOutliers}
        onChange={(ignoreOutliers) => change({ ignoreOutliers })}
      />
      <button
        type="button"
        className="link"
        disabled={!isZoomed}
        title="Drag over a chart to zoom all of them"
        onClick={() => linked.setState({ zoom: null })}
      >
        Reset zoom
      </button>
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
