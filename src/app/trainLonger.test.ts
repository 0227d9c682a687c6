import { expect, it } from 'vitest';
import type { LearningRate } from '../model/config.ts';
import { furtherSteps, longerNote } from './trainLonger.ts';

it('offers a thousand steps more, or about half of a short plan', () => {
  expect([64_000, 2000, 1500, 60, 12, 1].map(furtherSteps)).toEqual([1000, 1000, 800, 30, 6, 1]);
  // No config has more than a million.
  expect([999_500, 1_000_000].map(furtherSteps)).toEqual([500, 0]);
});

it('says that more steps change what falls to its end behind the warm-up, and no steps', () => {
  const cosine = { type: 'cosine' as const, base: 0.1, warmupSteps: 400, drops: [] };
  const note = (learningRate: LearningRate, made: number, steps = 64_000) =>
    longerNote(
      [
        { learningRate: 0.1, steps: 64_000 },
        { learningRate, steps },
      ],
      made,
    );
  expect(note(cosine, 401)).toContain('differs');
  expect(note({ ...cosine, type: 'linear' }, 401)).toContain('differs');
  expect(note({ ...cosine, type: 'oneCycle' }, 401)).toContain('differs');
  expect(note({ ...cosine, type: 'oneCycle' }, 400)).toContain('the same numbers');
  expect(note(cosine, 400)).toContain('the same numbers');
  // It was never to get behind its warm-up.
  expect(note(cosine, 5000, 300)).toContain('the same numbers');
  expect(note({ ...cosine, type: 'step' }, 5000)).toContain('the same numbers');
  expect(note(0.1, 5000)).toContain('the same numbers');
});
