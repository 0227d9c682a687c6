import { expect, it } from 'vitest';
import { completeConfig } from '../model/parse.ts';
import { newRuns, twinOf, withOtherSeed } from './newRuns.ts';

const config = completeConfig({ version: 1 });

it('names runs apart, and keeps names that were given', () => {
  let id = 0;
  const seed = withOtherSeed(config, [config]);
  const wanted = [
    { config },
    { config: twinOf(config) },
    { config: seed },
    { config, name: 'Mine' },
  ];
  const runs = newRuns(wanted, () => `run-${++id}`);
  expect(runs.map(({ name, isNamed, colourIndex }) => [name, isNamed, colourIndex])).toEqual([
    ['ResNet-20', false, 0],
    ['Plain-20', false, 1],
    ['ResNet-20, seed 1', false, 2],
    ['Mine', true, 3],
  ]);
});

it('finds the first seed that no run like it has', () => {
  const one = withOtherSeed(config, [config]);
  expect(one.training.seed).toBe(1);
  expect(withOtherSeed(config, [config, one, twinOf(one)]).training.seed).toBe(2);
});

it('makes a twin of a twin the run itself', () => {
  expect(twinOf(twinOf(config))).toEqual(config);
});
