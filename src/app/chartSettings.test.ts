import { expect, it } from 'vitest';
import { DEFAULT_CHART_SETTINGS, readChartSettings } from './chartSettings.ts';

it('reads back what it was', () => {
  const settings = {
    ...{
      smoothing: 0.99,
      x: 'time',
      logX: true,
      logLoss: true,
      ignoreOutliers: false,
      spread: true,
      seeds: true,
    },
    ...{ statistic: 'weightNorm', layers: ['conv1', 'fc'] },
  };
  expect(readChartSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
});

it('keeps what is right and takes the defaults for the rest', () => {
  const hostile = {
    ...{ smoothing: 1, x: '__proto__', logX: 'yes', logLoss: true, other: 3 },
    layers: Array.from({ length: 99 }, () => 'conv1'),
  };
  expect(readChartSettings(hostile)).toEqual({ ...DEFAULT_CHART_SETTINGS, logLoss: true });
  for (const data of [null, 3, 'x', [], undefined]) {
    expect(readChartSettings(data)).toEqual(DEFAULT_CHART_SETTINGS);
  }
});
