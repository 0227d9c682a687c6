import { expect, it } from 'vitest';
import type { LineResult } from '../training/studies/study.ts';
import { barrierOf, curveCsv, errorOf, lineCsv } from './lines.ts';

const result = (...losses: number[]): LineResult => ({
  ...{ kind: 'line', toStep: 5, images: 10, testImages: 10 },
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

it('writes a curve at every time it was scored', () => {
  const [{ rows }, { rows: bent }] = [result(1, 3, 1), result(1, 2)];
  const curves = [
    { steps: 0, rows },
    { steps: 50, rows: bent },
  ];
  const curve = {
    kind: 'curve',
    toStep: 5,
    images: 10,
    testImages: 10,
    bendSteps: 60,
    curves,
  } as const;
  expect(curveCsv('A', 'B', curve).split('\n').slice(0, 6)).toEqual([
    'from,to,bend steps,t,training loss,training accuracy,test loss,test accuracy',
    '"A","B",0,0,1,0.75,2,0.5',
    '"A","B",0,0.5,3,0.75,4,0.5',
    '"A","B",0,1,1,0.75,2,0.5',
    '"A","B",50,0,1,0.75,2,0.5',
    '"A","B",50,0.5,2,0.75,3,0.5',
  ]);
});
