import { expect, it } from 'vitest';
import { furtherSteps, longerNote } from './trainLonger.ts';

it('offers a thousand steps more, or about half of a short plan', () => {
  expect([64_000, 2000, 1500, 60, 12, 1].map(furtherSteps)).toEqual([1000, 1000, 800, 30, 6, 1]);
});

it('says that more steps change a cosine behind its warm-up, and no other schedule', () => {
  const cosine = { type: 'cosine' as const, base: 0.1, warmupSteps: 400, drops: [] };
  expect(longerNote(cosine, 401)).toContain('differ');
  expect(longerNote(cosine, 400)).toContain('the same numbers');
  expect(longerNote({ ...cosine, type: 'step' }, 5000)).toContain('the same numbers');
  expect(longerNote(0.1, 5000)).toContain('the same numbers');
});
