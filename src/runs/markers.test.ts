import { expect, it } from 'vitest';
import { chartMarkers } from './markers.ts';

it('joins what was done to all runs and names the others', () => {
  const rate = { step: 20, label: 'learning rate 0.01' };
  const on = { step: 10, label: 'shortcuts on' };
  expect(
    chartMarkers([
      { name: 'ResNet-20', markers: [rate] },
      { name: 'Plain-20', markers: [on, rate] },
    ]),
  ).toEqual([{ step: 10, label: 'Plain-20: shortcuts on' }, rate]);
});

it('keeps the latest', () => {
  const markers = Array.from({ length: 20 }, (_, step) => ({ step, label: 'x' }));
  const shown = chartMarkers([{ name: 'a', markers }]);
  expect(shown.map(({ step }) => step)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});
