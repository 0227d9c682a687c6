import { expect, it } from 'vitest';
import { middleMean, type Profile } from './profile.ts';
import { profileMarkdown, threeDigits } from './profileText.ts';

const PROFILE: Profile = {
  adapter: 'GPU',
  parameters: 269_722,
  batchSize: 128,
  method: 'timestamps',
  stepMs: 12.34,
  kernelMs: 10,
  peakGflops: 1000,
  convGflops: 400,
  rows: [
    {
      kernel: 'convForward',
      shape: '3×3 /1, 16 → 16, 32×32',
      layers: ['layer1.0.conv1', 'layer1.0.conv2'],
      count: 2,
      ms: 7.5,
      flops: 3e9,
      bytes: 15e6,
    },
    { kernel: 'sgd', shape: '1.1 MB', layers: ['sgd'], count: 1, ms: 2.5, flops: 0, bytes: 1e6 },
  ],
};

it('a profile as a Markdown table', () => {
  expect(profileMarkdown(PROFILE).split('\n')).toEqual([
    'GPU: 269,722 parameters, batch 128',
    'step: 12.3 ms; its kernels one by one: 10.0 ms, by timestamps, a pass a kernel',
    'peak of the adapter: 1000 GFLOP/s',
    'convolutions: 400 GFLOP/s, 40.0 % of the peak',
    '',
    '| Kernel | Shape | Layers | Dispatches | ms | Share | GFLOP/s | Of peak | GB/s |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| convForward | 3×3 /1, 16 → 16, 32×32 | layer1.0.conv1 + 1 | 2 | 7.50 | 75.0 % | 400 | 40.0 % | 2.00 |',
    '| sgd | 1.1 MB | sgd | 1 | 2.50 | 25.0 % |  |  | 0.400 |',
    '',
  ]);
});

it.each([
  [0, '0'],
  [0.012345, '0.0123'],
  [1.5, '1.50'],
  [12.34, '12.3'],
  [1234.5, '1235'],
  [Number.NaN, ''],
  [null, ''],
])('three digits of %s: "%s"', (value, text) => {
  expect(threeDigits(value)).toBe(text);
});

it('the mean of the middle half leaves out both ends', () => {
  expect(middleMean([100, 1, 2, 4, 0, 3, 2, 1])).toBe(2);
  expect(middleMean([5])).toBe(5);
  expect(middleMean([])).toBeNaN();
});
