import { expect, it } from 'vitest';
import { convWork } from './shape.ts';

it('counts one direction of a convolution', () => {
  const shape = {
    batch: 2,
    inChannels: 16,
    inHeight: 32,
    inWidth: 32,
    outChannels: 32,
    kernel: 3,
    stride: 2,
    padding: 1,
  };
  // 2 images · 16 · 32 channels · 9 taps · 16 · 16 pixels, two operations each
  expect(convWork(shape)).toEqual({ shape: '3×3 /2, 16 → 32, 32×32', flops: 4_718_592 });
});
