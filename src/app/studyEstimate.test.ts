import { expect, it } from 'vitest';
import { buildGraph } from '../model/builder.ts';
import { runConfigSchema } from '../model/config.ts';
import type { Study } from '../training/studies/study.ts';
import { initialState } from './state.ts';
import { begun, type StudyState } from './studies.ts';
import {
  chosenImages,
  expectedMs,
  imageChoices,
  type StudiedNet,
  type StudyRated,
  studyMs,
  studyPace,
  workLeftMs,
} from './studyEstimate.ts';
import { ShareOfTime, turnsUntilDoneMs } from './studyTimeLeft.ts';

const config = runConfigSchema.parse({ version: 1, model: {}, training: { batchSize: 32 } });
const net: StudiedNet = { run: { config }, graph: buildGraph(config.model), trainingBatchSize: 32 };
const rated: StudyRated = { ...initialState, gflops: 100 };
const path: Study = { kind: 'path', of: { run: 'a' }, images: 64, size: 5 };

/** 2,000 ms were expected; began at `startedMs`. */
const underway = (startedMs: number, done: number, workMs: number): StudyState => ({
  ...begun('r', path, startedMs, null, { ms: 2000, engine: null }),
  ...{ status: 'running', done, workMs, result: null },
});
const withStudies = (...studies: StudyState[]): StudyRated => ({
  ...rated,
  studies: Object.fromEntries(studies.map((study, i) => [String(i), study])),
});

it('expects a study to take what its images take in training', () => {
  const step = expectedMs({ kind: 'path', images: 32, size: 1 }, net, rated);
  expect(step).toBeGreaterThan(0);
  expect(expectedMs(path, net, rated)).toBeCloseTo(25 * 2 * step, 6);
  // Fifteen gradients at each point.
  const curvature = { kind: 'curvature', images: 64, points: 3 } as const;
  expect(expectedMs(curvature, net, rated)).toBeCloseTo(15 * 3 * 2 * step, 6);
  const line = { kind: 'line', images: 96, points: 5 } as const;
  expect(expectedMs(line, net, rated)).toBeCloseTo(5 * 3 * (5 / 3) * step, 6);
  // Five points once, and their inner three again after a quarter, half and all of the steps.
  const curve = { kind: 'curve', images: 96, points: 5, steps: 40, rate: 0.1 } as const;
  expect(expectedMs(curve, net, rated)).toBeCloseTo((40 + 14 * 3 * (5 / 3)) * step, 6);
  expect(expectedMs({ kind: 'filters' }, net, rated)).toBe(0);
  expect(expectedMs(path, net, { ...rated, gflops: null })).toBe(0);
});

it('expects a bend’s steps to take the images that training normalises together', () => {
  const step = expectedMs({ kind: 'path', images: 32, size: 1 }, net, rated);
  const curve = { kind: 'curve', images: 96, points: 5, steps: 40, rate: 0.1 } as const;
  const points = 14 * 3 * (5 / 3) * step;
  const split = expectedMs(curve, { ...net, trainingBatchSize: 8 }, rated);
  expect(split).toBeCloseTo(10 * step + points, 6);
  // Fewer images than a batch of training are one batch.
  const few = expectedMs({ ...curve, images: 16 }, net, rated);
  expect(few).toBeCloseTo(20 * step + points / 6, 6);
});

it('keeps the number of images that was chosen while there are as many', () => {
  const msOf = (images: number) => images;
  expect(chosenImages(null, imageChoices(1500), msOf, 600)).toBe(500);
  expect(chosenImages(1500, imageChoices(1500), msOf, 600)).toBe(1500);
  expect(chosenImages(1500, imageChoices(800), msOf, 600)).toBe(500);
  expect(chosenImages(256, [96, 192], msOf, 10)).toBe(96);
});

it('takes the pace of training, and of the last study of the kind once one tells', () => {
  expect(studyPace('path', rated)).toBe(1);
  const trained = { ...rated, paceRatio: 2 };
  expect(studyPace('path', trained)).toBe(2);
  expect(studyMs(path, [net, net], trained)).toBeCloseTo(
    2 * (300 + 2 * expectedMs(path, net, rated)),
    6,
  );
  // A quarter of 2,000 ms took 1,800 but for 300 of opening.
  const { studies } = withStudies(underway(0, 1, 2300), underway(10, 0.25, 1800));
  expect(studyPace('path', { ...trained, studies })).toBe(3);
  expect(studyPace('surface', { ...trained, studies })).toBe(2);
  const early = withStudies(underway(0, 1, 2300), underway(10, 0.05, 900));
  expect(studyPace('path', early)).toBe(1);
  // Measured on an engine that is no longer there.
  const elsewhere = withStudies({
    ...underway(10, 0.25, 1800),
    expected: { ms: 2000, engine: 'cpu' },
  });
  expect(studyPace('path', { ...trained, ...elsewhere, paceRatio: 2 })).toBe(2);
});

it('has the work left by what the study took so far, and before that by the estimate', () => {
  const told = underway(0, 0.25, 1800);
  expect(workLeftMs(told, withStudies(told))).toBe(5400);
  const fresh = underway(0, 0, 0);
  expect(workLeftMs(fresh, { ...withStudies(fresh), paceRatio: 2 })).toBe(300 + 4000);
  expect(workLeftMs({ ...underway(0, 0.5, 700), expected: null }, rated)).toBe(700);
});

it('counts the turns that other studies take meanwhile', () => {
  expect(turnsUntilDoneMs([1000], [])).toBe(1000);
  expect(turnsUntilDoneMs([1000, 3000], [])).toBe(4000);
  expect(turnsUntilDoneMs([1000], [5000])).toBe(2000);
  expect(turnsUntilDoneMs([5000], [1000, 400])).toBe(6400);
  expect(turnsUntilDoneMs([], [1000])).toBe(0);
});

it('measures the share of the clock over the last ten seconds', () => {
  const share = new ShareOfTime();
  expect(share.at(0, 0, false)).toBe(1);
  expect(share.at(1000, 500, true)).toBe(0.5);
  expect(share.at(4000, 1000, true)).toBe(0.25);
  // Training ends, and studies have the device to themselves.
  for (let second = 5; second <= 20; second++) share.at(1000 * second, 1000 * second - 3000, false);
  expect(share.at(21_000, 18_000, false)).toBe(1);
  // A study was replaced, with its work.
  expect(share.at(22_000, 200, true)).toBe(0.5);
  expect(share.at(26_000, 1400, true)).toBe(0.3);
});
