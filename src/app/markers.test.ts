import { expect, it } from 'vitest';
import { chartMarkers } from './markers.ts';
import { historyOf, placed } from './testing/history.ts';
import { X_AXES } from './xAxis.ts';

const run = placed(historyOf({ loss: Array.from({ length: 30 }, () => 1) }));

it('joins what was done to all runs and names the others', () => {
  const rate = { step: 20, label: 'learning rate 0.01' };
  const on = { step: 10, label: 'shortcuts on' };
  const runs = [
    { ...run, name: 'ResNet-20', markers: [rate] },
    { ...run, name: 'Plain-20', markers: [on, rate] },
  ];
  expect(chartMarkers(runs, X_AXES.step)).toEqual([
    { x: 10, who: 'Plain-20', label: 'Plain-20: shortcuts on' },
    { x: 20, who: null, label: 'learning rate 0.01' },
  ]);
  expect(chartMarkers(runs, X_AXES.time).map(({ x }) => x)).toEqual([100, 200]);
});

it('keeps the latest', () => {
  const markers = Array.from({ length: 20 }, (_, step) => ({ step, label: 'x' }));
  const shown = chartMarkers([{ ...run, name: 'a', markers }], X_AXES.step);
  expect(shown.map(({ x }) => x)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});
