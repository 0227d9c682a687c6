import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeSetup } from '../address/decode.ts';
import { questionOf } from './questions.ts';

const links = [...readFileSync('docs/lesson.md', 'utf8').matchAll(/index\.html#([^)\s]+)\)/g)].map(
  ([, link = '']) => link,
);

test('every link of the lesson is read whole, trains past its questions, and asks two', () => {
  expect(links).toHaveLength(3);
  for (const link of links) {
    const { setup, refused } = decodeSetup(link);
    expect(refused).toEqual([]);
    expect(setup.page.task).toMatch(/\.|\?/);
    expect(setup.page.ask).toHaveLength(2);
    for (const { step } of setup.page.ask.map(questionOf)) {
      for (const { config } of setup.runs ?? []) {
        expect(config.training.steps).toBeGreaterThanOrEqual(step);
        expect(config.training.arithmetic).toBe('exact');
      }
    }
  }
});
