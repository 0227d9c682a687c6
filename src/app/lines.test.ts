import { expect, it } from 'vitest';
import type { LineResult } from '../training/studies/study.ts';
import { barrierOf, errorOf, lineCsv } from './lines.ts';

const result = (...losses: number[]): LineResult => ({
  ...{ kind: 'line', images: 10, testImages: 10 },
  rows: losses.map((loss, i) => ({
    alpha: i / 2,
    train: { loss, accuracy: 0.75 },
    test: { loss: loss + 1, accuracy: 0.5 },
  })),
});

it('measures a barrier from the mean of the ends', () => {
  expect(barrierOf(result(0.5, 3, 1.5), ({ train }) => train.loss)).toBe(2);
  expect(barrierOf(result(0.5, 3, 1.5), (row) => errorOf(row, 'test'))).toBe(0);
  // A line that falls all the way has no point above its first end.
  expect(barrierOf(result(3, 2, 1), ({ train }) => train.loss)).toBe(1);
  expect(barrierOf(result(0.5, 3), ({ train }) => train.loss)).toBeNull();
  expect(barrierOf(result(), ({ train }) => train.loss)).toBeNull();
});

it('writes every point with both nets', () => {
  expect(lineCsv('A', 'B', result(0.5)).split('\n')).toEqual([
    'from,to,alpha,training loss,training accuracy,test loss,test accuracy',
    '"A","B",0,0.5,0.75,1.5,0.5',
    '',
  ]);
});
