import { expect, test } from 'vitest';
import { wrapped } from './text.tsx';

test('lines break between words, and between Chinese characters but not before their punctuation', () => {
  expect(wrapped('Same layers, same images.', 80, 10)).toEqual(['Same layers,', 'same images.']);
  expect(wrapped('残差网络 ResNet-20 的响应，小于普通网络。', 80, 10)).toEqual([
    '残差网络',
    'ResNet-20 的响',
    '应，小于普通网',
    '络。',
  ]);
});
