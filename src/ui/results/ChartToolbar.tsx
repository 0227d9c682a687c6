/** The settings of all charts: smoothing, axes, zoom. */
import { useId, useState } from 'react';
import { MAX_SMOOTHING } from '../../app/chartSettings.ts';
import { X_KINDS, type XKind } from '../../app/xAxis.ts';
import { linkedStore, useLinked } from '../../charts/linked.ts';
import { Check, InlineSelect } from '../inputs.tsx';
import { useChartSettings } from './useChartFrame.ts';
import { t } from '../../text/t.ts';

/** Linear in the logarithm of the steps averaged: 0.9, 0.99 and 0.999 are equally far apart. */
const toSlider = (smoothing: number) => -Math.log10(1 - smoothing);
const fromSlider = (place: number) =>
  Math.min(MAX_SMOOTHING, Number((1 - 10 ** -place).toFixed(3)));

const X_NAMES: Readonly<Record<XKind, string>> = {
  step: t`steps`,
  epoch: t`epochs`,
  images: t`images`,
  time: t`time`,
};

const LOG_X_NAMES: Readonly<Record<XKind, string>> = {
  step: t`log steps`,
  epoch: t`log epochs`,
  images: t`log images`,
  time: t`log time`,
};

export function ChartToolbar() {
  const [settings, change] = useChartSettings();
  const isZoomed = useLinked(({ zoom }) => zoom !== null);
  const smoothingId = useId();
  const axesId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const { smoothing } = settings;
  const text = smoothing === 0 ? t`off` : smoothing.toFixed(smoothing < 0.99 ? 2 : 3);
  return (
    <div className="row hint legend-controls">
      <span className="inline-field">
        <label htmlFor={smoothingId}>{t`Smoothing`}</label>
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
      <InlineSelect
        label={t`Over`}
        value={settings.x}
        options={X_KINDS.map((kind) => [kind, X_NAMES[kind]])}
        onChange={(x) => {
          linkedStore.setState({ zoom: null, cursor: null });
          change({ x });
        }}
      />
      <button
        type="button"
        className="link"
        aria-expanded={isOpen}
        aria-controls={axesId}
        onClick={() => setIsOpen(!isOpen)}
      >
        {t`Axes`} {isOpen ? '▴' : '▾'}
      </button>
      {isZoomed && (
        <button
          type="button"
          className="link"
          onClick={() => linkedStore.setState({ zoom: null })}
        >{t`Reset zoom`}</button>
      )}
      <div id={axesId} className="row axes" hidden={!isOpen}>
        <Check checked={settings.logX} onChange={(logX) => change({ logX })}>
          {LOG_X_NAMES[settings.x]}
        </Check>
        <Check
          checked={settings.logLoss}
          onChange={(logLoss) => change({ logLoss })}
        >{t`log loss`}</Check>
        <Check
          checked={settings.ignoreOutliers}
          onChange={(ignoreOutliers) => change({ ignoreOutliers })}
        >{t`ignore outliers`}</Check>
        <Check
          checked={settings.spread}
          onChange={(spread) => change({ spread })}
        >{t`single steps`}</Check>
        <span>{t`Drag over a chart to zoom all of them.`}</span>
      </div>
    </div>
  );
}
